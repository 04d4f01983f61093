import type {ScreenName} from '../keys.ts';
import type {AnyScreen} from '../screen.ts';
import {campaign} from './campaign.ts';
import {dashboard} from './dashboard.ts';
import {detail} from './detail.ts';
import {picker} from './picker.ts';
import {results} from './results.ts';
import {summary} from './summary.ts';

/** Every screen there is; a new one is a file and a row here. */
export const SCREENS: {readonly [name in ScreenName]: AnyScreen} = {
	picker,
	dashboard,
	results,
	detail,
	summary,
	campaign,
};
