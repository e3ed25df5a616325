import test from 'ava';
import { play } from '../support/station-story.js';

/** Three banks, the first of them reserved for r1 and the second for r2. */
const reserved = `
  1  inventory 1=B1/90 2=B2/80 3=B3/70 4=- | synced 1 2 3 4, docked 1 B1 by inventory,
                                           | docked 2 B2 by inventory, docked 3 B3 by inventory
  10 reserve r1 B1                         | reserved B1 for r1
  11 reserve r2 B2                         | reserved B2 for r2
`;

const dispatched = `
  ${reserved}
  20 eject e1 B1 r1   | ordered e1 B1 from 1
  21 dispatch e1      | dispatched e1
`;

test(
  'an eject that the cabinet confirms empties the slot and uses up the reservation',
  play(`
    ${dispatched}
    24 answer B1 ejected                     | ejected e1 B1 by answer
    25 answer B1 ejected                     | quiet
    26 answer B1 not_ejected                 | quiet
    27 release r1                            | quiet
    60 inventory 1=- 2=B2/80 3=B3/70 4=-     | quiet
    61 reserve r1 B1                         | PowerBankStationMismatch
  `),
);

test(
  'an eject that the cabinet refuses keeps nothing reserved (P-023)',
  play(`
    ${dispatched}
    24 answer B1 not_ejected  | refused e1 cabinet-refused, released B1 by r1
    25 answer B1 not_ejected  | quiet
    26 reserve r1 B1          | reserved B1 for r1
    27 eject e1 B1 r1         | quiet
    28 eject e2 B1 r1         | ordered e2 B1 from 1
  `),
);

test(
  'rentals and swaps order what they have reserved, staff what nobody has',
  play(`
    ${reserved}
    20 eject e1 B3 r1         | NotReserved
    21 eject e1 B2 r1         | NotReserved
    22 eject e1 B1            | NotReserved
    23 eject-swap e1 B1 r1    | NotReserved
    24 eject-staff e1 B1      | PowerBankIsReserved
    25 eject-staff e1 B9      | PowerBankNotInStation
    26 out-of-service B3      | out of service B3
    27 eject-staff e1 B3      | ordered e1 B3 from 3
    28 eject-staff e1 B3      | quiet
    29 eject-staff e1 B2      | IdReused
    30 eject-staff e2 B3      | EjectUnderWay
  `),
);

test(
  'a swap ejects with its own reservation (P-080)',
  play(`
    1  check 1=B1/90 2=B2/80 | docked 1 B1 by inventory, docked 2 B2 by inventory
    10 reserve-swap r1 any B1 | reserved B2 for r1
    11 eject r1e B2 r1        | NotReserved
    12 eject-swap e1 B2 r1    | ordered e1 B2 from 2
    13 dispatch e1            | dispatched e1
    14 answer-slot 2 ejected  | ejected e1 B2 by answer
    15 answer-slot 2 ejected  | quiet
  `),
);

test(
  'permission to publish is given once, in turn, and not to stale orders',
  play(`
    ${reserved}
    20 eject e1 B1 r1     | ordered e1 B1 from 1
    21 eject e2 B2 r2     | queued e2
    22 dispatch e2        | EjectNotItsTurn
    23 dispatch e9        | EjectUnknown
    24 dispatch e1        | dispatched e1
    25 dispatch e1        | EjectAlreadyDispatched
    26 not-connected e1   | EjectAlreadyDispatched
    27 answer B1 ejected  | ejected e1 B1 by answer, ordered e2 B2 from 2
    28 dispatch e1        | EjectEnded
    29 not-connected e1   | EjectEnded
    43 dispatch e2        | EjectOrderExpired
    44 too-late e2        | refused e2 expired-before-dispatch, released B2 by r2
    45 not-connected e2   | quiet
    46 not-connected e9   | EjectUnknown
  `),
);

test(
  'an order may still be published at the very end of its time',
  play(`
    ${reserved}
    20 eject e1 B1 r1  | ordered e1 B1 from 1
    35 dispatch e1     | dispatched e1
  `),
);

test(
  'one eject at a time: those behind wait, and each end gives the next its turn',
  play(`
    ${reserved}
    20 eject e1 B1 r1      | ordered e1 B1 from 1
    21 eject e2 B2 r2      | queued e2
    22 eject-staff e3 B3   | queued e3
    23 not-connected e1    | refused e1 not-connected, released B1 by r1, ordered e2 B2 from 2
    24 dispatch e2         | dispatched e2
    25 answer B2 not_ejected | refused e2 cabinet-refused, released B2 by r2, ordered e3 B3 from 3
    26 dispatch e3         | dispatched e3
    30 answer B3 ejected   | ejected e3 B3 by answer
  `),
);

test(
  'an order that waits can be refused without disturbing the one before it',
  play(`
    ${reserved}
    20 eject e1 B1 r1      | ordered e1 B1 from 1
    21 eject e2 B2 r2      | queued e2
    22 eject-staff e3 B3   | queued e3
    23 not-connected e2    | refused e2 not-connected, released B2 by r2
    24 check 3=-           | departed 3 B3 missing, refused e3 bank-gone, anomaly bank-missing
    25 silence e1          | EjectNotDispatched
    26 give-up e1          | EjectNotDispatched
    27 release r1          | refused e1 not-reserved, released B1 by r1
    28 dispatch e1         | EjectEnded
  `),
);

test(
  'what was published cannot be released: it may come out any second',
  play(`
    ${dispatched}
    22 release r1          | EjectUnderWay
    36 silence e1          | uncertain e1
    37 release r1          | EjectUnderWay
  `),
);

test(
  'an uncertain eject lets the next one go on, and its late answer still counts',
  play(`
    ${dispatched}
    22 eject e2 B2 r2      | queued e2
    36 silence e1          | uncertain e1, ordered e2 B2 from 2
    37 silence e1          | quiet
    38 dispatch e2         | dispatched e2
    39 answer B1 ejected   | ejected e1 B1 by answer
    40 answer B2 ejected   | ejected e2 B2 by answer
  `),
);

test(
  'an answer that proves nothing makes an eject uncertain, once',
  play(`
    ${dispatched}
    22 answer B1 uncertain    | uncertain e1
    23 answer B1 uncertain    | quiet
    24 silence e1             | quiet
    25 answer B1 not_ejected  | refused e1 cabinet-refused, released B1 by r1
    26 silence e1             | quiet
    27 give-up e1             | quiet
    28 silence e9             | EjectUnknown
  `),
);

test(
  'within the self-check a report says nothing about the slot of an eject',
  play(`
    ${dispatched}
    22 answer B1 uncertain    | uncertain e1
    25 check 1=B1/90          | quiet
    25 check 1=-              | quiet
    26 check 1=B1/90          | refused e1 still-in-slot, released B1 by r1
  `),
);

test(
  'an upload from before the ejection does not bring the bank back',
  play(`
    ${dispatched}
    23 answer B1 ejected      | ejected e1 B1 by answer
    27 check 1=B1/90          | quiet
  `),
);

test(
  'a slot that is listed empty proves the ejection, before the silence as after it',
  play(`
    ${dispatched}
    22 eject e2 B2 r2         | queued e2
    26 check 1=-              | ejected e1 B1 by inventory, ordered e2 B2 from 2
    27 dispatch e2            | dispatched e2
    42 silence e2             | uncertain e2
    60 check 1=- 3=B3/70      | quiet
    61 check 2=B2/80!4        | fault 2 state 4
    62 check 2=!3             | fault 2 state 3
    63 check 2=B7/60          | ejected e2 B2 by inventory, docked 2 B7 by inventory,
                              | fault 2 cleared
    81 answer B2 ejected      | quiet
  `),
);

test(
  'while the answer may still come, a bank in its slot disproves nothing',
  play(`
    ${dispatched}
    30 check 1=B1/90          | quiet
    36 silence e1             | uncertain e1
    40 check 1=B1/90          | refused e1 still-in-slot, released B1 by r1
  `),
);

test(
  'an eject that stays undecided is given up, and its slot stays in doubt until it is seen',
  play(`
    ${dispatched}
    36   silence e1           | uncertain e1
    1500 give-up e1           | refused e1 undecided-for-too-long, released B1 by r1
    1501 give-up e1           | quiet
    1502 reserve r3 B1        | RequestedPowerBankUnavailable
    1510 check 1=B1/90        | sighted 1 B1
    1511 reserve r3 B1        | reserved B1 for r3
  `),
);

test(
  'a given-up eject whose slot is empty after all had succeeded: the bank is out',
  play(`
    ${dispatched}
    36   silence e1           | uncertain e1
    1500 give-up e1           | refused e1 undecided-for-too-long, released B1 by r1
    1510 check 1=-            | departed 1 B1 ejected-late, anomaly ejected-after-giving-up
    1520 answer B1 ejected    | quiet
  `),
);

test(
  'a success that is told after the end of its order takes the bank from whoever counts on it',
  play(`
    ${dispatched}
    36 silence e1             | uncertain e1
    40 check 1=B1/90          | refused e1 still-in-slot, released B1 by r1
    41 reserve r3 B1          | reserved B1 for r3
    42 answer B1 ejected      | departed 1 B1 ejected-late, released B1 by r3,
                              | anomaly ejected-after-giving-up
    43 check 1=B1/90          | quiet
    44 answer B1 ejected      | quiet
  `),
);

test(
  'after a refusal by the cabinet itself, a success is believed too',
  play(`
    ${dispatched}
    22 answer B1 not_ejected  | refused e1 cabinet-refused, released B1 by r1
    23 answer B1 ejected      | departed 1 B1 ejected-late, anomaly ejected-after-giving-up
  `),
);

test(
  'another bank than the ordered one comes out: the rental follows it (START-14)',
  play(`
    ${dispatched}
    22 eject e2 B2 r2         | queued e2
    24 answer B2 ejected      | ejected e1 B2 not B1 by answer, anomaly eject-mismatch,
                              | released B1 by r1, refused e2 bank-gone, released B2 by r2
    25 answer B2 ejected      | quiet
    26 answer B1 ejected      | departed 1 B1 ejected-late, anomaly ejected-after-giving-up
  `),
);

test(
  'the late answer to an earlier order is not a mismatch of the present one',
  play(`
    ${dispatched}
    36   silence e1           | uncertain e1
    1500 give-up e1           | refused e1 undecided-for-too-long, released B1 by r1
    1501 eject e2 B2 r2       | ordered e2 B2 from 2
    1502 dispatch e2          | dispatched e2
    1503 answer B1 ejected    | departed 1 B1 ejected-late, anomaly ejected-after-giving-up
    1504 answer B2 ejected    | ejected e2 B2 by answer
  `),
);

test(
  'an answer that fits nothing is refused, and the cabinet is looked at instead',
  play(`
    ${dispatched}
    22 answer B9 ejected      | UnexpectedEjectAnswer
    23 answer B3 not_ejected  | UnexpectedEjectAnswer
    24 answer-slot 4 ejected  | UnexpectedEjectAnswer
    25 answer B1 ejected      | ejected e1 B1 by answer
    26 answer B3 ejected      | UnexpectedEjectAnswer
  `),
);

test(
  'an ended order does not explain a bank that was put back since',
  play(`
    ${dispatched}
    24  answer B1 ejected     | ejected e1 B1 by answer
    900 return 1 B1/50        | docked 1 B1 by return
    901 answer B1 ejected     | UnexpectedEjectAnswer
    910 eject e2 B2 r2        | ordered e2 B2 from 2
    911 dispatch e2           | dispatched e2
    912 answer B1 ejected     | ejected e2 B1 not B2 by answer, anomaly eject-mismatch,
                              | released B2 by r2
  `),
);
