/** The scavenges of a node: one at a time, and what is known of the last one. */
import type { EventLog } from '../log/event-log.js';
import { type ScavengeProgress, scavenge } from './scavenge.js';

/** How a scavenge stands, in the words of the HTTP interface. */
export type ScavengeResult = 'InProgress' | 'Success' | 'Stopped' | 'Errored';

/** A scavenge, running or over. */
export interface ScavengeStatus extends Readonly<ScavengeProgress> {
  readonly id: string;
  readonly result: ScavengeResult;
  readonly streamsTotal: number;
  /** How long it has run. */
  readonly seconds: number;
}

export interface ScavengerOptions {
  readonly newId: () => string;
  /** Milliseconds that only grow. */
  readonly elapsedMs: () => number;
  /** Hears of each scavenge that is over, and why one broke off. */
  readonly onEnd: (status: ScavengeStatus, error?: unknown) => void;
}

interface Run {
  readonly id: string;
  readonly stopping: AbortController;
  readonly startedMs: number;
  readonly progress: ScavengeProgress;
  result: ScavengeResult;
  endedMs: number | undefined;
  /** Resolves when it is over, however it went. */
  over: Promise<void>;
}

export class Scavenger {
  private run: Run | undefined;

  constructor(
    private readonly log: EventLog,
    private readonly options: ScavengerOptions,
  ) {}

  /** The scavenge that runs now. */
  get current(): ScavengeStatus | undefined {
    return this.run?.result === 'InProgress' ? this.statusOf(this.run) : undefined;
  }

  /** The scavenge that runs now or, if none does, the last one since the node started. */
  get last(): ScavengeStatus | undefined {
    return this.run === undefined ? undefined : this.statusOf(this.run);
  }

  /** Starts a scavenge and answers its id; nothing if one is running already. */
  start(): string | undefined {
    if (this.run?.result === 'InProgress') return undefined;
    const run: Run = {
      id: this.options.newId(),
      stopping: new AbortController(),
      startedMs: this.options.elapsedMs(),
      progress: { streamsLookedAt: 0, eventsReclaimed: 0, bytesReclaimed: 0 },
      result: 'InProgress',
      endedMs: undefined,
      over: Promise.resolve(),
    };
    this.run = run;
    run.over = this.carryOut(run);
    return run.id;
  }

  /** Stops the scavenge that runs; resolves with its id when it has, with nothing if none runs. */
  async stop(): Promise<string | undefined> {
    const { run } = this;
    if (run?.result !== 'InProgress') return undefined;
    run.stopping.abort();
    await run.over;
    return run.id;
  }

  private async carryOut(run: Run): Promise<void> {
    let failure: unknown;
    try {
      await scavenge(this.log, run.progress, run.stopping.signal);
      run.result = run.stopping.signal.aborted ? 'Stopped' : 'Success';
    } catch (error) {
      run.result = 'Errored';
      failure = error;
    }
    run.endedMs = this.options.elapsedMs();
    this.options.onEnd(this.statusOf(run), failure);
  }

  private statusOf(run: Run): ScavengeStatus {
    const untilMs = run.endedMs ?? this.options.elapsedMs();
    return {
      id: run.id,
      result: run.result,
      ...run.progress,
      streamsTotal: this.log.reader.streamCount(),
      seconds: (untilMs - run.startedMs) / 1_000,
    };
  }
}
