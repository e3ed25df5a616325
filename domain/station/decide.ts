import * as E from 'fp-ts/lib/Either.js';
import type { RecordReport, StationCommand } from './commands.js';
import { forgetPowerBank, markService } from './decide-bank.js';
import {
  giveUpEject,
  nextOrder,
  orderEject,
  recordEjectDispatched,
  recordEjectSilence,
  refuseEject,
} from './decide-eject.js';
import { recordEjectAnswer } from './decide-eject-answer.js';
import { decideInventory } from './decide-inventory.js';
import { declareOffline, recordSignOfLife } from './decide-presence.js';
import {
  changeStationDetails,
  endMaintenance,
  endSlotMaintenance,
  registerStation,
  startMaintenance,
  startSlotMaintenance,
} from './decide-registration.js';
import { releaseReservation, reservePowerBank } from './decide-reservation.js';
import { decideReturn } from './decide-return.js';
import { append, type Decision, startDraft } from './decision.js';
import type { StationEvent } from './events.js';
import { requestSlotSight } from './sights.js';
import type { StationState } from './state.js';

/** One line a command: longer than a function should be, and still read at one glance. */
const answer = (command: StationCommand, state: StationState): Decision => {
  switch (command.type) {
    case 'RegisterStation':
      return registerStation(command, state);
    case 'ChangeStationDetails':
      return changeStationDetails(command, state);
    case 'StartMaintenance':
      return startMaintenance(command, state);
    case 'EndMaintenance':
      return endMaintenance(command, state);
    case 'StartSlotMaintenance':
      return startSlotMaintenance(command, state);
    case 'EndSlotMaintenance':
      return endSlotMaintenance(command, state);
    case 'MarkOutOfService':
    case 'MarkInService':
      return markService(command, state);
    case 'RecordSignOfLife':
      return recordSignOfLife(command, state);
    case 'DeclareOffline':
      return declareOffline(command, state);
    case 'RecordInventory':
      return decideInventory(command, state);
    case 'RecordReturn':
      return decideReturn(command, state);
    case 'RecordReport':
      return recordReport(command, state);
    case 'ForgetPowerBank':
      return forgetPowerBank(command, state);
    case 'RequestSlotSight':
      return requestSlotSight(command, state);
    case 'ReservePowerBank':
      return reservePowerBank(command, state);
    case 'ReleaseReservation':
      return releaseReservation(command, state);
    case 'OrderEject':
      return orderEject(command, state);
    case 'RecordEjectDispatched':
      return recordEjectDispatched(command, state);
    case 'RefuseEject':
      return refuseEject(command, state);
    case 'RecordEjectAnswer':
      return recordEjectAnswer(command, state);
    case 'RecordEjectSilence':
      return recordEjectSilence(command, state);
    case 'GiveUpEject':
      return giveUpEject(command, state);
  }
};

/** The report is judged by a station that is online by the same message. */
const recordReport = ({ trigger, report, at }: RecordReport, state: StationState): Decision =>
  E.flatMap((heard: readonly StationEvent[]) => {
    const draft = append(startDraft(state), heard);
    return E.map((told: readonly StationEvent[]) => append(draft, told).events)(
      answer(report, draft.state),
    );
  })(recordSignOfLife({ type: 'RecordSignOfLife', trigger, at }, state));

/** Facts or a refusal for one command; when an order ended, the next one gets its turn. */
export const decide = (command: StationCommand, state: StationState): Decision => {
  if (state.registration === null && command.type !== 'RegisterStation') {
    return E.left({ kind: 'StationUnknown' });
  }
  return E.map((events: readonly StationEvent[]) => {
    if (events.length === 0) return events;
    const draft = append(startDraft(state), events);
    return append(draft, nextOrder(draft.state, command.at)).events;
  })(answer(command, state));
};
