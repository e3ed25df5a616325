import { brandOrThrow } from '../../domain/shared/brand.js';
import {
  EjectId,
  Imei,
  PowerBankSerial,
  RentalId,
  StationSerial,
} from '../../domain/shared/ids.js';
import { type Instant, instant, plusSeconds } from '../../domain/shared/instant.js';
import type { SlotReport, StationCommand, StationDetails } from '../../domain/station/index.js';

export const stationSerial = brandOrThrow(StationSerial, 'KTM-0001');
export const bank = (text: string): PowerBankSerial => brandOrThrow(PowerBankSerial, text);
export const rental = (text: string): RentalId => brandOrThrow(RentalId, text);
export const eject = (text: string): EjectId => brandOrThrow(EjectId, text);

const opening = instant('2026-03-01T10:00:00.000Z');
/** So many seconds after the story began. */
export const second = (seconds: number): Instant => plusSeconds(opening, seconds);

export const stationDetails = (changes: Partial<StationDetails> = {}): StationDetails => ({
  name: 'Thamel Gate',
  latitudeMicrodegrees: 27_715_000,
  longitudeMicrodegrees: 85_312_000,
  address: 'Thamel Marg 4',
  landmark: null,
  totalSlots: 4,
  openingTime: '07:00',
  closingTime: '22:00',
  model: 'family-a-4',
  amenities: ['wifi'],
  configured: true,
  ...changes,
});

export const registration = (details = stationDetails()) =>
  ({
    station: stationSerial,
    imei: brandOrThrow(Imei, '861234567890123'),
    details,
    at: second(0),
  }) as const;

/** Settings of every story, small enough to be crossed within one. */
export const thresholds = {
  minBatteryPercent: 20,
  selfCheckSeconds: 5,
  echoWindowMinutes: 10,
  commandTtlSeconds: 15,
};

const percentOf = (text: string | undefined): number | null =>
  text === undefined || text === '?' ? null : Number(text);

/** `B1/90` is bank B1 at 90 %; `B1/?` and `B1` leave the charge unknown. */
const charged = (text: string): { powerBank: PowerBankSerial; batteryPercent: number | null } => {
  const [serial = '', percent] = text.split('/');
  return { powerBank: bank(serial), batteryPercent: percentOf(percent) };
};

/**
 * One slot of an inventory: `1=-` empty · `1=B1/90` a bank in a sound slot · `1=B1/90!4` a bank
 * and the cabinet's state 4 · `1=!3` state 3 and no serial.
 */
const slotReport = (text: string): SlotReport => {
  const [number = '', content = ''] = text.split('=');
  const slot = Number(number);
  if (content === '-') {
    const nothing = { powerBank: null, batteryPercent: null };
    return { slot, rawState: 0, normal: false, empty: true, ...nothing };
  }
  const [listed = '', state = '1'] = content.split('!');
  const held = listed === '' ? { powerBank: null, batteryPercent: null } : charged(listed);
  const rawState = Number(state);
  return { slot, rawState, normal: rawState === 1, empty: false, ...held };
};

export const inventory = (
  whole: boolean,
  words: readonly string[],
  at: Instant,
): StationCommand => ({
  type: 'RecordInventory',
  whole,
  slots: words.map(slotReport),
  ...thresholds,
  at,
});

const returned = (
  channel: 'return' | 'return-selftest' | 'return-http',
  [slot = '', listed = '', rejectedWith]: readonly string[],
  at: Instant,
): StationCommand => ({
  type: 'RecordReturn',
  slot: Number(slot),
  ...charged(listed),
  accepted: rejectedWith === undefined,
  rawState: rejectedWith === undefined ? 1 : Number(rejectedWith),
  channel,
  ...thresholds,
  at,
});

const outcomeOf = (word: string) => {
  if (word === 'ejected' || word === 'not_ejected' || word === 'uncertain') return word;
  throw new Error(`no outcome of an eject: ${word}`);
};

type Verb = (words: readonly string[], at: Instant) => StationCommand;

const reserve =
  (purpose: 'RENTAL' | 'SWAP'): Verb =>
  ([rentalId = '', requested = 'any', ...exclude], at) => ({
    type: 'ReservePowerBank',
    rentalId: rental(rentalId),
    purpose,
    requested: requested === 'any' ? null : bank(requested),
    exclude: exclude.map(bank),
    ...thresholds,
    at,
  });

const order =
  (purpose: 'RENTAL' | 'SWAP' | 'STAFF'): Verb =>
  ([ejectId = '', serial = '', rentalId], at) => ({
    type: 'OrderEject',
    ejectId: eject(ejectId),
    rentalId: rentalId === undefined ? null : rental(rentalId),
    purpose,
    powerBank: bank(serial),
    at,
  });

const refuse =
  (reason: 'not-connected' | 'expired-before-dispatch'): Verb =>
  ([ejectId = ''], at) => ({ type: 'RefuseEject', ejectId: eject(ejectId), reason, at });

/** What stories may say, and the command that it stands for. */
const verbs: Readonly<Record<string, Verb>> = {
  online: (_, at) => ({ type: 'RecordSignOfLife', trigger: 'HEARTBEAT', at }),
  /** Seconds of the latest sign of life. */
  offline: ([seen = '0'], at) => ({
    type: 'DeclareOffline',
    trigger: 'TIMEOUT',
    lastSeenAt: second(Number(seen)),
    at,
  }),
  close: ([reason = 'cleaning'], at) => ({ type: 'StartMaintenance', reason, at }),
  open: (_, at) => ({ type: 'EndMaintenance', at }),
  'close-slot': ([slot = ''], at) => ({
    type: 'StartSlotMaintenance',
    slot: Number(slot),
    reason: 'latch',
    at,
  }),
  'open-slot': ([slot = ''], at) => ({ type: 'EndSlotMaintenance', slot: Number(slot), at }),
  resize: ([slots = ''], at) => ({
    type: 'ChangeStationDetails',
    details: stationDetails({ totalSlots: Number(slots) }),
    at,
  }),
  'out-of-service': ([serial = ''], at) => ({
    type: 'MarkOutOfService',
    powerBank: bank(serial),
    at,
  }),
  'in-service': ([serial = ''], at) => ({ type: 'MarkInService', powerBank: bank(serial), at }),
  inventory: (words, at) => inventory(true, words, at),
  check: (words, at) => inventory(false, words, at),
  return: (words, at) => returned('return', words, at),
  'return-selftest': (words, at) => returned('return-selftest', words, at),
  'return-http': (words, at) => returned('return-http', words, at),
  /** Bank, and the second at which another cabinet showed it. */
  forget: ([serial = '', seen = ''], at) => ({
    type: 'ForgetPowerBank',
    powerBank: bank(serial),
    seenAt: second(Number(seen)),
    at,
  }),
  sight: ([slot = '', rentalId = ''], at) => ({
    type: 'RequestSlotSight',
    slot: Number(slot),
    rentalId: rental(rentalId),
    at,
  }),
  reserve: reserve('RENTAL'),
  'reserve-swap': reserve('SWAP'),
  release: ([rentalId = ''], at) => ({
    type: 'ReleaseReservation',
    rentalId: rental(rentalId),
    at,
  }),
  eject: order('RENTAL'),
  'eject-swap': order('SWAP'),
  'eject-staff': order('STAFF'),
  dispatch: ([ejectId = ''], at) => ({
    type: 'RecordEjectDispatched',
    ejectId: eject(ejectId),
    ...thresholds,
    at,
  }),
  'not-connected': refuse('not-connected'),
  'too-late': refuse('expired-before-dispatch'),
  answer: ([serial = '', outcome = ''], at) => ({
    type: 'RecordEjectAnswer',
    powerBank: bank(serial),
    slot: null,
    outcome: outcomeOf(outcome),
    rawState: outcome === 'ejected' ? 1 : 18,
    at,
  }),
  'answer-slot': ([slot = '', outcome = ''], at) => ({
    type: 'RecordEjectAnswer',
    powerBank: null,
    slot: Number(slot),
    outcome: outcomeOf(outcome),
    rawState: 1,
    at,
  }),
  silence: ([ejectId = ''], at) => ({ type: 'RecordEjectSilence', ejectId: eject(ejectId), at }),
  'give-up': ([ejectId = ''], at) => ({ type: 'GiveUpEject', ejectId: eject(ejectId), at }),
};

/** The command that a line of a story says. */
export const commandOf = (line: string, at: Instant): StationCommand => {
  const [verb = '', ...words] = line.trim().split(/\s+/);
  const command = verbs[verb];
  if (command === undefined) throw new Error(`stories do not know the verb: ${verb}`);
  return command(words, at);
};
