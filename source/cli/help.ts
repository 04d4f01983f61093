/** What `warpdeck --help` prints. */
export const HELP = `
  warpdeck plans, runs and watches suites of GPU experiments.

  Usage
    warpdeck                       pick a suite on a screen, and start it
    warpdeck plan [override…]      what would run; starts nothing
    warpdeck run [override…]       runs it: in a terminal a runner of its own and a live screen, plain lines elsewhere
    warpdeck attach [RUN]          the screen of a run that goes on; leaving it ends nothing
    warpdeck status [RUN]          whether it goes on, how far it is, what runs now
    warpdeck stop [RUN]            ends what runs; --drain lets it end, --now kills it
    warpdeck pause, continue [LANE], skip, postpone, retry ID…, move ID LANE, set max_workers=N, add override…
                                   control of the run that goes on, or of --run RUN
    warpdeck approve PHASE [RUN]   a campaign: yes to a phase that asks, pauses or did not pass; set budget.stop_usd=N
    warpdeck resume [RUN]          goes on with an unfinished run; what succeeded is not run again
    warpdeck replay [RUN]          the screen of a finished run again
    warpdeck summary [RUN]         success rates, throughput, NUMA penalties
    warpdeck compare A B           two runs cell by cell, and what differs; 1 outside of tolerance
    warpdeck report [RUN]          a page, figures (SVG, PNG, PDF) and tables (CSV, Markdown, LaTeX) of a run
    warpdeck archive [RUN]         one file of a run with hashes of all in it (--verify reads it back)
    warpdeck analyze DIR|FILE…     captures of nsys and reports of ncu: copies, kernels, stages, overlap, hit rates
    warpdeck export-trace RUN|FILE a capture of nsys as a trace for Perfetto and Chrome; --id ID picks one
    warpdeck list                  the runs that are here
    warpdeck import DIR|FILE       results of other programs, marked FOREIGN and never mixed with measured ones
    warpdeck suites                the suites that are here
    warpdeck init suite|workload NAME [--command]
                                   a commented start in ./suites (--output FOLDER)
    warpdeck convert-config FILE…  configurations (JSON) for mps as those for cuda, in files beside them (--dry-run)
    warpdeck doctor                what is missing or broken here, and how to mend it
    warpdeck topology              NUMA nodes, GPUs, what is local; --json is a file for --topology
    warpdeck settings [NAME=VALUE] python, suites, outputs: kept for every run

  Overrides are Hydra's: experiment=numa_study experiment.hardware.gpu_ids=[0,1]
    A bare suite name means experiment=NAME; without one the suite is numa_study.
    RUN is a folder, a unique part of its time, or nothing for the newest (resume: the newest unfinished).

  Options
    -m, --multirun       a sweep: key=a,b runs a job for each value
    --json               machine-readable: one document (all but run) or one line an event (run)
    --headless           run: no screen, one line an event
    --foreground         run, resume: all in one process, which Ctrl-C ends
    --detach             run, resume: no screen; prints RUN and returns
    --fresh, --yes       run: a new run whatever is unfinished; go on with what is, without asking
    --run RUN            pause, skip, retry …: another run than the newest that goes on
    --reason TEXT        pause, skip, postpone, retry: why, for whoever reads it later
    --failed, --kind K   retry: all that failed, all of a kind (timeout)
    --override KEY=JSON  plan, run: a key of the suite, or of the configuration file of its command; may be repeated
    --suites FOLDER      adds your own suites
    --topology FILE      plan: for another machine
    --profiler P         plan, run: nsys or ncu: a pass under it for each cell, behind the timed ones
    --simulate FILE      plan, run: a simulated host; everything is marked SIMULATED
    -c, --cfg job        plan: the composed configuration; --resolve fills \${…}, -p KEY shows a part
    --speed N            replay: how many times faster (60)
    --csv, --md          summary: one row a cell; analyze: a capture; compare: a metric of a cell
    --output, --format F   report: another folder; only these: html,svg,png,pdf,csv,md,tex (--layout icd: the A100 guide's)
    --db-directory DIR   analyze: the same as DIR
    --include-warmup     analyze: ranges named warm-up count, too
    --tolerance M=5%     compare: how far metric M may be off (M=0.05: in its own unit)
    --anyway             compare: runs that are not of the same; --foreign: imported ones
    --to cuda, --device cuda:1, --low-memory, --batch-size N, --dtype T, --suffix S, --output FILE, --rename, --force
                         convert-config: what to change, and where to put it; nothing else is changed
    --take-lock          resume: when you know that the run's other runner is dead
    --take-control       attach: from the screen that has it; it then only reads
    --ascii              no Unicode on the screen

  Exit codes
    0 all succeeded   1 some failed or invalid   2 usage or configuration   3 this machine cannot do it   130 stopped

  Quote overrides that hold anything but letters, digits and _ . / = , - : zsh expands [ ] * ?
`;
