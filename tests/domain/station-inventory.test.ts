import test from 'ava';
import { play } from '../support/station-story.js';

test(
  'the first whole inventory makes the slots known, and an unchanged one leaves no trace',
  play(`
    1    inventory 1=B1/90 2=- 3=B3/? 4=-  | synced 1 2 3 4, docked 1 B1 by inventory,
                                           | docked 3 B3 by inventory unusable
    1201 inventory 1=B1/90 2=- 3=B3/? 4=-  | quiet
    2401 check 1=B1/90                     | quiet
  `),
);

test(
  'a partial report is no first sync, and shows only what it lists',
  play(`
    1 check 1=B1/90 2=-  | docked 1 B1 by inventory, sighted 2 -
    2 inventory          | quiet
    3 inventory 1=B1/90 2=- 3=- | synced 1 2 3
    9 check 4=-          | sighted 4 -
  `),
);

test(
  'a slot that is missing from a report is unknown, not empty (P-084)',
  play(`
    1  inventory 1=B1/90 2=B2/80  | synced 1 2, docked 1 B1 by inventory, docked 2 B2 by inventory
    20 inventory 2=B2/80          | quiet
    30 inventory                  | quiet
    40 reserve r1 B1              | reserved B1 for r1
  `),
);

test(
  'a cabinet that says it is offline keeps its slot picture (P-084)',
  play(`
    1  inventory 1=B1/90  | synced 1, docked 1 B1 by inventory
    60 offline 60         | offline
    61 inventory          | quiet
    70 reserve r1 B1      | StationOffline
    80 online             | online
    81 reserve r1 B1      | reserved B1 for r1
  `),
);

test(
  'a bank that vanished without an order is missed, and what counted on it ends',
  play(`
    1  inventory 1=B1/90 2=B2/80  | synced 1 2, docked 1 B1 by inventory, docked 2 B2 by inventory
    20 inventory 1=- 2=B2/80      | departed 1 B1 missing, anomaly bank-missing
    30 reserve r1 B2              | reserved B2 for r1
    31 eject e1 B2 r1             | ordered e1 B2 from 2
    40 inventory 1=- 2=-          | departed 2 B2 missing, refused e1 bank-gone,
                                  | released B2 by r1, anomaly bank-missing
  `),
);

test(
  'a return is told before anything is taken off the picture (P-083)',
  play(`
    1  inventory 1=B1/90 2=- 3=- | synced 1 2 3, docked 1 B1 by inventory
    20 inventory 1=- 2=- 3=B9/40 | docked 3 B9 by inventory, departed 1 B1 missing,
                                 | anomaly bank-missing
  `),
);

test(
  'another bank in a slot has replaced the one that was there',
  play(`
    1  inventory 1=B1/90  | synced 1, docked 1 B1 by inventory
    20 reserve r1         | reserved B1 for r1
    30 inventory 1=B2/70  | departed 1 B1 replaced, released B1 by r1, docked 1 B2 by inventory
  `),
);

test(
  'banks that changed places are each in one slot at any time',
  play(`
    1  inventory 1=B1/90 2=B2/80  | synced 1 2, docked 1 B1 by inventory, docked 2 B2 by inventory
    20 inventory 1=B2/80 2=B1/90  | departed 2 B2 seen-elsewhere, departed 1 B1 replaced,
                                  | docked 1 B2 by inventory, docked 2 B1 by inventory
    40 inventory 1=B2/80 2=- 3=B1/90 | departed 2 B1 seen-elsewhere, docked 3 B1 by inventory
  `),
);

test(
  'charges that changed are told in one event',
  play(`
    1  inventory 1=B1/90 2=B2/80 3=B3/70 | synced 1 2 3, docked 1 B1 by inventory,
                                         | docked 2 B2 by inventory, docked 3 B3 by inventory
    20 inventory 1=B1/95 2=B2/80 3=B3/?  | charge 1 B1/95 3 B3/?
    40 inventory 1=B1/95 2=B2/80 3=B3/?  | quiet
  `),
);

test(
  'faults are told once, and cleared; a bank in a faulty slot is there but not for rent',
  play(`
    1  inventory 1=B1/90!4 2=-  | synced 1 2, docked 1 B1 by inventory unusable, fault 1 state 4
    20 inventory 1=B1/90!4 2=-  | quiet
    21 reserve r1 B1            | RequestedPowerBankUnavailable
    30 inventory 1=B1/90!2 2=!3 | fault 1 state 2, fault 2 state 3
    40 inventory 1=B1/90 2=-    | fault 1 cleared, fault 2 cleared
    41 reserve r1 B1            | reserved B1 for r1
  `),
);

test(
  'what contradicts itself is neither a return nor a departure, and nothing to rent',
  play(`
    1  inventory 1=B1/90 2=-        | synced 1 2, docked 1 B1 by inventory
    20 inventory 1=!1 2=B2/80!0     | fault 1 state 1, fault 2 state 0
    21 reserve r1                   | NoPowerBankAvailable
    30 inventory 1=B1/90 2=-        | fault 1 cleared, fault 2 cleared
  `),
);

test(
  'slots beyond the registered count are phantoms, told once when they carry a serial',
  play(`
    1  inventory 1=- 5=- 6=B6/90  | synced 1, anomaly phantom-slot
    20 inventory 1=- 5=- 6=B6/90  | quiet
    30 inventory 1=- 6=B7/90      | anomaly phantom-slot
    40 resize 6                   | details changed
    50 inventory 1=- 6=B7/90      | docked 6 B7 by inventory
    60 resize 4                   | SlotsStillOccupied
  `),
);

test(
  'a serial that is listed twice is believed where we see it, and told once',
  play(`
    1  inventory 1=- 2=B1/90          | synced 1 2, docked 2 B1 by inventory
    20 inventory 1=B1/90 2=B1/90      | anomaly duplicate-serial
    40 inventory 1=B1/90 2=B1/90      | quiet
    60 inventory 3=B5/50 4=B5/50      | docked 3 B5 by inventory, anomaly duplicate-serial
  `),
);

test(
  'only the first entry of a slot counts, so that wrapped slot numbers erase nothing',
  play(`
    1  inventory 1=B1/90 2=- 0=B8/90 1=-  | synced 1 2, docked 1 B1 by inventory
    20 inventory 1=B1/90 2=- 1=-          | quiet
  `),
);

test(
  'an upload taken before a return may arrive after it, and takes nothing away',
  play(`
    1  inventory 1=- 2=-   | synced 1 2
    20 return 1 B1/40      | docked 1 B1 by return
    22 inventory 1=- 2=-   | quiet
    24 inventory 1=B1/40 2=- | echo 1 B1 by inventory
    25 inventory 1=- 2=-   | departed 1 B1 missing, anomaly bank-missing
  `),
);

// Found by the property that a repeated command adds nothing: the report moved B3 although it was
// too old to be believed about the slot that B3 was in, and the second time that slot was free.
test(
  'a report that may be older than a docking moves no bank away from there',
  play(`
    1  inventory 1=B1/90 2=- 3=- 4=-  | synced 1 2 3 4, docked 1 B1 by inventory
    20 return 3 B3/40                 | docked 3 B3 by return
    22 check 3=B1/90 4=B3/40          | quiet
    25 check 3=B1/90 4=B3/40          | departed 1 B1 seen-elsewhere, departed 3 B3 replaced,
                                      | docked 3 B1 by inventory, docked 4 B3 by inventory
  `),
);

test(
  'a rental that waits for a sight of a slot gets one from an unchanged report (P-011)',
  play(`
    1    inventory 1=B1/90 2=-  | synced 1 2, docked 1 B1 by inventory
    1201 sight 9 r1             | SlotUnknown
    1202 sight 1 r1             | sight of 1 wanted by r1
    1203 sight 1 r2             | sight of 1 wanted by r2
    1204 check 2=-              | quiet
    1205 check 1=B1/90          | sighted 1 B1 for r1 for r2
    1206 check 1=B1/90          | quiet
    1210 sight 2 r1             | sight of 2 wanted by r1
    1211 check 2=!3             | fault 2 state 3
    1212 return 2 B2/30         | docked 2 B2 by return unusable, sighted 2 B2 for r1
  `),
);
