/** All groups of the node. Changes happen one by one; each is kept before it is answered. */
import type { EventLog } from '../log/event-log.js';
import { streamState } from '../log/stream-view.js';
import { keepGroups, loadConfiguration } from './configuration.js';
import { Group } from './group.js';
import {
  type GroupDefinition,
  type GroupKey,
  type GroupSettings,
  groupId,
  type SourceName,
  settingsProblem,
  sourceText,
} from './settings.js';
import { checkpointStreamOf, parkedStreamOf, remove, writeState } from './state-streams.js';

/** What became of a change. */
export type ChangeResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'exists' }
  | { readonly kind: 'missing' }
  /** The node is about to end; the caller may ask the next one. */
  | { readonly kind: 'stopping' }
  | { readonly kind: 'failed'; readonly reason: string };

const DONE: ChangeResult = { kind: 'done' };
const STOPPING: ChangeResult = { kind: 'stopping' };
const NOT_KEPT: ChangeResult = {
  kind: 'failed',
  reason: 'The configuration could not be written.',
};

export class Groups {
  private readonly byId = new Map<string, Group>();
  private lastChange: Promise<unknown> = Promise.resolve();
  private halted = false;

  /** Finds the groups that are kept in the log. */
  constructor(private readonly log: EventLog) {
    this.load();
  }

  find(key: GroupKey): Group | undefined {
    return this.byId.get(groupId(key));
  }

  all(): readonly Group[] {
    return [...this.byId.values()];
  }

  of(source: SourceName): readonly Group[] {
    const name = sourceText(source);
    return this.all().filter(({ definition }) => sourceText(definition.key.source) === name);
  }

  create(
    key: GroupKey,
    settings: GroupSettings,
    filter: GroupDefinition['filter'],
  ): Promise<ChangeResult> {
    return this.change(async () => {
      if (this.find(key) !== undefined) return { kind: 'exists' };
      const reason = this.problem(key, settings);
      if (reason !== undefined) return { kind: 'failed', reason };
      const startAfter = this.startAfter(key.source, settings);
      return this.keep({ key, settings, filter, startAfter });
    });
  }

  /** Replaces the settings; consumers are dropped, progress is not. */
  update(key: GroupKey, settings: GroupSettings): Promise<ChangeResult> {
    return this.change(async () => {
      const group = this.find(key);
      if (group === undefined) return { kind: 'missing' };
      const reason = this.problem(key, settings);
      if (reason !== undefined) return { kind: 'failed', reason };
      const startAfter = this.startAfter(key.source, settings);
      return this.keep({ ...group.definition, settings, startAfter });
    });
  }

  /** Ends the group, and with it its checkpoints and what it parked. */
  remove(key: GroupKey): Promise<ChangeResult> {
    return this.change(async () => {
      const group = this.find(key);
      if (group === undefined) return { kind: 'missing' };
      group.close();
      // State that is being written would outlast what is removed here.
      await group.idle();
      const id = groupId(key);
      const others = this.all().filter((each) => each !== group);
      const done = await writeState(this.log, [
        ...keepGroups(
          this.log,
          others.map(({ definition }) => definition),
        ),
        ...remove(this.log, checkpointStreamOf(id)),
        ...remove(this.log, parkedStreamOf(id)),
      ]);
      if (done) this.byId.delete(id);
      else this.open(group.definition);
      return done ? DONE : NOT_KEPT;
    });
  }

  /** Drops all consumers and begins anew with what is kept. */
  restart(): Promise<ChangeResult> {
    return this.change(async () => {
      const groups = this.all();
      for (const group of groups) group.close();
      await Promise.all(groups.map((group) => group.flush()));
      this.byId.clear();
      this.load();
      return DONE;
    });
  }

  /** The regular look of each group. */
  look(): void {
    for (const group of this.all()) group.look();
  }

  /** Ends reading and sending; consumers learn from their calls that the node stops. */
  halt(): void {
    this.halted = true;
    for (const group of this.all()) group.halt();
  }

  /** Writes how far each group is; after `halt`. */
  async close(): Promise<void> {
    await this.lastChange;
    await Promise.all(this.all().map((group) => group.flush()));
  }

  private load(): void {
    for (const definition of loadConfiguration(this.log)) this.open(definition);
  }

  private open(definition: GroupDefinition): void {
    const id = groupId(definition.key);
    this.byId.get(id)?.close();
    const group = new Group(this.log, definition);
    this.byId.set(id, group);
    if (this.halted) group.halt();
    group.start();
  }

  /** Adds or replaces a group, once it is kept. */
  private async keep(definition: GroupDefinition): Promise<ChangeResult> {
    const kept = new Map([...this.byId].map(([id, group]) => [id, group.definition]));
    kept.set(groupId(definition.key), definition);
    if (!(await writeState(this.log, keepGroups(this.log, kept.values())))) return NOT_KEPT;
    this.open(definition);
    return DONE;
  }

  private problem({ source }: GroupKey, settings: GroupSettings): string | undefined {
    const beyond = source.kind === 'all' && Number(settings.start) > this.log.head;
    return beyond ? 'The position lies beyond the end of the log.' : settingsProblem(settings);
  }

  /** Starts are included, so the group begins after what lies before. */
  private startAfter(source: SourceName, { start }: GroupSettings): number {
    if (source.kind === 'all') return start === 'end' ? this.log.head : Math.max(start - 1, 0);
    if (start !== 'end') return start - 1;
    return streamState(this.log.reader, source.streamName).lastRevision;
  }

  private change(work: () => Promise<ChangeResult>): Promise<ChangeResult> {
    const result = this.lastChange.then(() => (this.halted ? STOPPING : work()));
    // Whoever asked hears of a failure; the next change goes ahead.
    this.lastChange = result.catch(() => undefined);
    return result;
  }
}
