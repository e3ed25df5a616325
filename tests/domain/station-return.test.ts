import test from 'ava';
import { play } from '../support/station-story.js';

/** Bank B1 in slot 1, and one that was rented out of slot 2 an hour ago. */
const rented = `
  1    inventory 1=B1/90 2=B2/80   | synced 1 2, docked 1 B1 by inventory, docked 2 B2 by inventory
  10   reserve r2 B2               | reserved B2 for r2
  11   eject e2 B2 r2              | ordered e2 B2 from 2
  12   dispatch e2                 | dispatched e2
  15   answer B2 ejected           | ejected e2 B2 by answer
`;

test(
  'one return that is told over every channel counts once (P-021)',
  play(`
    ${rented}
    3600 return 2 B2/40            | docked 2 B2 by return
    3601 return-http 2 B2          | echo 2 B2 by return-http
    3602 return 2 B2/40            | quiet
    3610 inventory 1=B1/90 2=B2/40 | echo 2 B2 by inventory
    3700 return-selftest 2 B2/41   | echo 2 B2 by return-selftest, charge 2 B2/41
    3701 return-selftest 2 B2/41   | quiet
    4800 inventory 1=B1/90 2=B2/41 | quiet
  `),
);

test(
  'a bank that only the first inventory has shown is returned at once, however soon (P-022)',
  play(`
    ${rented}
    60   return-http 2 B2    | docked 2 B2 by return-http unusable
    61   return 2 B2/40      | echo 2 B2 by return, charge 2 B2/40
  `),
);

test(
  'the channel without a charge may be the first; the charge follows',
  play(`
    ${rented}
    3600 return-http 2 B2  | docked 2 B2 by return-http unusable
    3601 return 2 B2/40    | echo 2 B2 by return, charge 2 B2/40
  `),
);

test(
  'state 24 is no return yet; the report after the self-test is',
  play(`
    ${rented}
    3600 return 2 B2/40 36           | anomaly return-rejected
    3600 return 2 B2/40 36           | quiet
    3630 return-selftest 2 B2/40     | docked 2 B2 by return-selftest
    3640 return-http 2 B2            | echo 2 B2 by return-http
  `),
);

test(
  'a rejection told again within the echo window is one, and later another',
  play(`
    1    return 3 B7 16   | anomaly return-rejected
    300  return 3 B7 16   | quiet
    301  return 3 B7 20   | anomaly return-rejected
    1000 return 3 B7 20   | anomaly return-rejected
  `),
);

const returnedAndRentedAgain = `
  ${rented}
  3600 return 2 B2/40   | docked 2 B2 by return
  3610 reserve r3 B2    | reserved B2 for r3
  3611 eject e3 B2 r3   | ordered e3 B2 from 2
  3612 dispatch e3      | dispatched e3
  3615 answer B2 ejected | ejected e3 B2 by answer
`;

test(
  'the echo of a return whose bank is out again does not end the new rental (P-021)',
  play(`
    ${returnedAndRentedAgain}
    3620 return-http 2 B2     | echo 2 B2 by return-http
    3700 return-selftest 2 B2 | echo 2 B2 by return-selftest
    3720 return-selftest 2 B2 | docked 2 B2 by return-selftest unusable
  `),
);

test(
  'the echo in an inventory brings neither the bank nor the fault of its slot back (P-021)',
  play(`
    ${returnedAndRentedAgain}
    3640 check 2=B2/40!4      | echo 2 B2 by inventory
    3650 check 2=B2/40!4      | docked 2 B2 by inventory unusable, fault 2 state 4
  `),
);

test(
  'a channel that had told of the return tells of a new one after the bank was out',
  play(`
    ${returnedAndRentedAgain}
    3800 return 2 B2/35      | docked 2 B2 by return
    3801 return-http 2 B2    | echo 2 B2 by return-http
  `),
);

test(
  'after the echo window every report is a new return',
  play(`
    ${returnedAndRentedAgain}
    4201 return-http 2 B2    | docked 2 B2 by return-http unusable
  `),
);

test(
  'the echo comes from the old slot while the bank sits in a new one',
  play(`
    ${returnedAndRentedAgain}
    3700 return 3 B2/30      | docked 3 B2 by return
    3701 return-http 2 B2    | echo 2 B2 by return-http
    3702 return-http 3 B2    | echo 3 B2 by return-http
  `),
);

test(
  'a bank that vanished and is told again is there again, whatever was told before',
  play(`
    ${rented}
    3600 return 2 B2/40    | docked 2 B2 by return
    3610 inventory 1=B1/90 2=- | departed 2 B2 missing, anomaly bank-missing
    3620 return-http 2 B2  | docked 2 B2 by return-http unusable
  `),
);

test(
  'a return into a slot that shows another bank overwrites nothing (P-025)',
  play(`
    1   inventory 1=B1/90 2=-  | synced 1 2, docked 1 B1 by inventory
    20  return 1 B9/40         | anomaly slot-conflict
    21  return-http 1 B9       | quiet
    30  inventory 1=B9/40 2=-  | departed 1 B1 replaced, docked 1 B9 by inventory
    40  return 1 B8/40         | anomaly slot-conflict
    800 return 1 B8/40         | anomaly slot-conflict
  `),
);

test(
  'a return into a slot that the cabinet is not registered with waits for staff',
  play(`
    1   inventory 1=-  | synced 1
    20  return 0 B9/40 | SlotUnknown
    21  return 7 B9/40 | anomaly phantom-slot
    22  return-http 7 B9 | quiet
    30  resize 8       | details changed
    40  inventory 1=- 7=B9/40 | docked 7 B9 by inventory
  `),
);

test(
  'a station that is offline, closed or has closed slots takes banks back (STA-4)',
  play(`
    1  inventory 1=- 2=- 3=-  | synced 1 2 3
    10 offline 9              | offline
    11 return 1 B1/50         | docked 1 B1 by return
    20 close                  | closed
    21 return 2 B2/50         | docked 2 B2 by return
    30 close-slot 3           | closed 3
    31 return 3 B3/50         | docked 3 B3 by return
  `),
);

test(
  'a bank that is returned to another slot of its station has left the first one',
  play(`
    1  inventory 1=B1/90 2=- 3=-   | synced 1 2 3, docked 1 B1 by inventory
    20 return 2 B1/88              | departed 1 B1 seen-elsewhere, docked 2 B1 by return
    30 reserve r1 B1               | reserved B1 for r1
    31 eject e1 B1 r1              | ordered e1 B1 from 2
    32 dispatch e1                 | dispatched e1
    47 silence e1                  | uncertain e1
    60 return 3 B1/87              | ejected e1 B1 by return, docked 3 B1 by return
  `),
);

test(
  'a bank that another cabinet showed later is forgotten here; an earlier sight is no news',
  play(`
    1   inventory 1=B1/90 2=B2/80 | synced 1 2, docked 1 B1 by inventory, docked 2 B2 by inventory
    50  inventory 1=B1/91 2=B2/80 | charge 1 B1/91
    60  forget B1 40              | quiet
    61  forget B2 40              | departed 2 B2 seen-elsewhere
    62  forget B9 40              | quiet
    70  reserve r1 B1             | reserved B1 for r1
    71  eject e1 B1 r1            | ordered e1 B1 from 1
    72  dispatch e1               | dispatched e1
    90  forget B1 80              | departed 1 B1 seen-elsewhere, refused e1 bank-gone,
                                  | released B1 by r1
    91  answer B1 ejected         | quiet
  `),
);
