/** Keys of `experiment` that make a campaign of it. */
export const campaignKeys = {} as const;
