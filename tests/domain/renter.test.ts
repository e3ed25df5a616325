import test from 'ava';
import type { RentalRequest } from '../../domain/rental/request.js';
import {
  type RenterCommand,
  type RenterEvent,
  renter as renterAggregate,
} from '../../domain/renter/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { PackageId, RentalCode, RentalId, StationSerial, UserId } from '../../domain/shared/ids.js';
import { instant, plusMinutes } from '../../domain/shared/instant.js';
import { rupees } from '../../domain/shared/money.js';
import { specOf } from '../support/decider-spec.js';
import { rentalTerms } from '../support/terms.js';

const renter = specOf(renterAggregate);
const at = instant('2026-03-01T10:00:00.000Z');
const rental = (text: string) => brandOrThrow(RentalId, text);

const request: RentalRequest = {
  userId: brandOrThrow(UserId, 'sita'),
  rentalCode: brandOrThrow(RentalCode, 'AB12CD34'),
  station: brandOrThrow(StationSerial, 'KTM001'),
  requestedPowerBank: null,
  terms: rentalTerms(),
  payment: { mode: 'wallet_points', split: null },
};

const claimed = (id: string): RenterEvent => ({
  type: 'RentalClaimed',
  data: { rentalId: rental(id), request, at },
});
const becameOverdue = (id: string): RenterEvent => ({
  type: 'OpenRentalBecameOverdue',
  data: { rentalId: rental(id), at },
});
const released = (id: string): RenterEvent => ({
  type: 'RentalClaimReleased',
  data: { rentalId: rental(id), at },
});
const dueRecorded = (id: string, owed: string): RenterEvent => ({
  type: 'DueRecorded',
  data: { rentalId: rental(id), owed: rupees(owed), at },
});
const dueCleared = (id: string): RenterEvent => ({
  type: 'DueCleared',
  data: { rentalId: rental(id), at },
});

const claim = (id: string, changes: Partial<RentalRequest> = {}): RenterCommand => ({
  type: 'ClaimRental',
  rentalId: rental(id),
  request: { ...request, ...changes },
  at,
});
const markOverdue = (id: string): RenterCommand => ({
  type: 'MarkOverdue',
  rentalId: rental(id),
  at,
});
const releaseClaim = (id: string, owed: string): RenterCommand => ({
  type: 'ReleaseClaim',
  rentalId: rental(id),
  owed: rupees(owed),
  at,
});
const recordDue = (id: string, owed: string): RenterCommand => ({
  type: 'RecordDue',
  rentalId: rental(id),
  owed: rupees(owed),
  at,
});
const clearDue = (id: string): RenterCommand => ({ type: 'ClearDue', rentalId: rental(id), at });

test('a user without rentals rents', renter.given().when(claim('r-1')).thenOnce(claimed('r-1')));

test(
  'START-4: one rental at a time',
  renter
    .given(claimed('r-1'))
    .when(claim('r-2'))
    .refuses({
      kind: 'ActiveRentalExists',
      rentalId: rental('r-1'),
    }),
);

test(
  'START-4: an overdue rental has its own word',
  renter
    .given(claimed('r-1'), becameOverdue('r-1'))
    .when(claim('r-2'))
    .refuses({
      kind: 'OverdueRentalExists',
      rentalId: rental('r-1'),
    }),
);

test(
  'START-5, P-027: a due blocks at once and says how much',
  renter
    .given(claimed('r-1'), released('r-1'), dueRecorded('r-1', '50'))
    .when(claim('r-2'))
    .refuses({ kind: 'UnpaidRentalExists', rentalId: rental('r-1'), owed: rupees('50') }),
);

test(
  'DUE-1: paying frees at once',
  renter
    .given(claimed('r-1'), released('r-1'), dueRecorded('r-1', '50'), dueCleared('r-1'))
    .when(claim('r-2'))
    .thenOnce(claimed('r-2')),
);

test(
  'START-4 comes before START-5',
  renter
    .given(claimed('r-1'), released('r-1'), claimed('r-2'), dueRecorded('r-1', '50'))
    .when(claim('r-3'))
    .refuses({ kind: 'ActiveRentalExists', rentalId: rental('r-2') }),
);

test(
  'a second tap is the same rental, even with a new code or after the prices changed',
  renter
    .given(claimed('r-1'))
    .when(
      claim('r-1', {
        rentalCode: brandOrThrow(RentalCode, 'ZZ99ZZ99'),
        terms: rentalTerms({ price: rupees('60') }),
      }),
    )
    .nothing(),
);

test(
  'a late second tap does not open an ended rental again',
  renter.given(claimed('r-1'), released('r-1')).when(claim('r-1')).nothing(),
);

test(
  'the same rental for something else is a mistake of its sender',
  renter
    .given(claimed('r-1'))
    .when(
      claim('r-1', {
        station: brandOrThrow(StationSerial, 'PKR001'),
        terms: rentalTerms({ packageId: brandOrThrow(PackageId, 'four-hours') }),
        payment: { mode: 'wallet', split: null },
      }),
    )
    .refuses({ kind: 'IdReused', id: 'r-1', differing: ['station', 'packageId', 'payment'] }),
);

test(
  'a rental becomes overdue',
  renter.given(claimed('r-1')).when(markOverdue('r-1')).thenOnce(becameOverdue('r-1')),
);

test(
  'a rental that ended first does not become overdue',
  renter.given(claimed('r-1'), released('r-1')).when(markOverdue('r-1')).nothing(),
);

test(
  'a rental that ends with nothing owed frees its user',
  renter.given(claimed('r-1')).when(releaseClaim('r-1', '0')).thenOnce(released('r-1')),
);

test(
  'a rental that ends with money owed leaves a due in the same step',
  renter
    .given(claimed('r-1'), becameOverdue('r-1'))
    .when(releaseClaim('r-1', '50'))
    .thenOnce(released('r-1'), dueRecorded('r-1', '50')),
);

test(
  'a repeated end does not bring a paid due back',
  renter
    .given(claimed('r-1'), released('r-1'), dueRecorded('r-1', '50'), dueCleared('r-1'))
    .when(releaseClaim('r-1', '50'))
    .nothing(),
);

test(
  'an ended rental does not free the user of the next one',
  renter
    .given(claimed('r-1'), released('r-1'), claimed('r-2'), released('r-1'))
    .when(claim('r-3'))
    .refuses({ kind: 'ActiveRentalExists', rentalId: rental('r-2') }),
);

test(
  'a due changes',
  renter
    .given(claimed('r-1'), released('r-1'), dueRecorded('r-1', '50'))
    .when(recordDue('r-1', '75'))
    .thenOnce(dueRecorded('r-1', '75')),
);

test(
  'a due of nothing is cleared, not recorded',
  renter
    .given(claimed('r-1'), released('r-1'), dueRecorded('r-1', '50'))
    .when(recordDue('r-1', '0'))
    .refuses({ kind: 'AmountNotAllowed', amount: rupees('0') }),
);

test(
  'an open rental has no due yet',
  renter
    .given(claimed('r-1'))
    .when(recordDue('r-1', '50'))
    .refuses({ kind: 'RentalStillOpen', rentalId: rental('r-1') }),
);

test(
  'a due is cleared',
  renter
    .given(claimed('r-1'), released('r-1'), dueRecorded('r-1', '50'))
    .when(clearDue('r-1'))
    .thenOnce(dueCleared('r-1')),
);

test(
  'clearing what is not owed changes nothing',
  renter.given(claimed('r-1'), released('r-1')).when(clearDue('r-1')).nothing(),
);

test(
  'nobody ends a rental owing less than nothing',
  renter
    .given(claimed('r-1'))
    .when(releaseClaim('r-1', '-1'))
    .refuses({ kind: 'AmountNotAllowed', amount: rupees('-1') }),
);

for (const command of [
  markOverdue('r-9'),
  releaseClaim('r-9', '0'),
  recordDue('r-9', '1'),
  clearDue('r-9'),
]) {
  const refusal = { kind: 'RentalNotClaimed', rentalId: rental('r-9') } as const;
  test(`${command.type} of a rental of nobody`, renter.given().when(command).refuses(refusal));
}

test('several dues are asked for one by one, the oldest first', (t) => {
  const { state } = renter.given(
    claimed('r-1'),
    released('r-1'),
    claimed('r-2'),
    released('r-2'),
    dueRecorded('r-1', '10'),
    dueRecorded('r-2', '20'),
    dueRecorded('r-1', '15'),
  );
  t.like(renterAggregate.decide({ ...claim('r-3'), at: plusMinutes(at, 1) }, state), {
    left: { rentalId: rental('r-1'), owed: rupees('15') },
  });
});

const close = { type: 'CloseRenter', at } as const;
const closed: RenterEvent = { type: 'RenterClosed', data: { at } };
const reopened: RenterEvent = { type: 'RenterReopened', data: { at } };

test(
  'AUTH-11: who has returned and paid everything may leave',
  renter.given(claimed('r-1'), released('r-1')).when(close).thenOnce(closed),
);

test(
  'P-097: nobody leaves with an open rental',
  renter
    .given(claimed('r-1'))
    .when(close)
    .refuses({ kind: 'ActiveRentalExists', rentalId: rental('r-1') }),
);

test(
  'P-097: nobody leaves with an overdue rental',
  renter
    .given(claimed('r-1'), becameOverdue('r-1'))
    .when(close)
    .refuses({ kind: 'OverdueRentalExists', rentalId: rental('r-1') }),
);

test(
  'P-097: nobody leaves owing something',
  renter
    .given(claimed('r-1'), released('r-1'), dueRecorded('r-1', '50'))
    .when(close)
    .refuses({ kind: 'UnpaidRentalExists', rentalId: rental('r-1'), owed: rupees('50') }),
);

test(
  'who is leaving does not rent',
  renter.given(closed).when(claim('r-1')).refuses({ kind: 'RenterIsClosed' }),
);

test(
  'who stays after all rents again',
  renter.given(closed, reopened).when(claim('r-1')).thenOnce(claimed('r-1')),
);

test(
  'only who was leaving stays after all',
  renter.given().when({ type: 'ReopenRenter', at }).nothing(),
);
