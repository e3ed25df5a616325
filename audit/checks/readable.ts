import { isDeepStrictEqual } from 'node:util';
import * as E from 'fp-ts/lib/Either.js';
import { eventsByCategory } from '../../domain/registry.js';
import { currentSchemaVersion, type EventDefinitions } from '../../domain/shared/events.js';
import { EventMetadata } from '../../ports/event-metadata.js';
import type { LogFault, LoggedEvent } from '../../ports/logged-event.js';
import { type LogCheck, nothing } from '../check.js';
import { type Finding, placeOf } from '../finding.js';
import type { Audited } from '../pass.js';

const codes: Readonly<Record<LogFault['kind'], string>> = {
  NotAnAggregate: 'stream-unknown',
  BadMetadata: 'metadata-malformed',
  UnknownCategory: 'stream-unknown',
  UnknownEventType: 'event-type-unknown',
  UnknownSchemaVersion: 'event-version-unknown',
  BadEventData: 'event-unreadable',
};

/** Faults name fields; the values in them may be personal, so they are left out. */
const describeFault = (fault: LogFault): string =>
  fault.kind === 'BadEventData' ? `${fault.type}: data that its codec refuses` : fault.kind;

const unreadable = ({ recorded }: Audited, fault: LogFault): Finding => ({
  code: codes[fault.kind],
  place: placeOf(recorded),
  expected: 'an event that the program can read',
  found: describeFault(fault),
});

const definitionsOf = ({ category }: LoggedEvent): EventDefinitions => eventsByCategory[category];

/**
 * Data that was written by an older version is lifted when it is read, so it comes out different
 * on purpose: then what comes out must at least be stable.
 */
const comesOutTheSame = (logged: LoggedEvent, { recorded }: Audited): boolean => {
  const definition = definitionsOf(logged)[logged.event.type];
  if (definition === undefined) return false;
  const encoded: unknown = definition.data.encode(logged.event.data);
  const metadata = EventMetadata.decode(recorded.metadata);
  if (E.isLeft(metadata)) return false;
  if (metadata.right.schemaVersion === currentSchemaVersion(definition)) {
    return isDeepStrictEqual(encoded, recorded.data);
  }
  const again = definition.data.decode(encoded);
  return E.isRight(again) && isDeepStrictEqual(definition.data.encode(again.right), encoded);
};

/** The codec of metadata drops what it does not know: what is stored must be no more than that. */
const metadataIsWhole = ({ recorded }: Audited): boolean => {
  const decoded = EventMetadata.decode(recorded.metadata);
  return (
    E.isRight(decoded) && isDeepStrictEqual(EventMetadata.encode(decoded.right), recorded.metadata)
  );
};

export const eventsAreReadable: LogCheck = {
  name: 'events-are-readable',
  claim: 'every event can be read, and is written again exactly as it is stored',
  begin: () => ({
    see: (audited) => {
      const { recorded, logged } = audited;
      if (E.isLeft(logged)) return [unreadable(audited, logged.left)];
      const place = placeOf(recorded);
      const findings: Finding[] = [];
      if (!comesOutTheSame(logged.right, audited)) {
        const expected = 'data that is written again as it is stored';
        const found = `${recorded.type} with other fields or values than its codec writes`;
        findings.push({ code: 'event-not-canonical', place, expected, found });
      }
      if (!metadataIsWhole(audited)) {
        const expected = 'metadata of the known fields alone';
        findings.push({ code: 'metadata-malformed', place, expected, found: 'further fields' });
      }
      return findings;
    },
    end: () => nothing,
  }),
};
