import { actionLog } from './action-log/index.js';
import { broadcast } from './broadcast.js';
import { cabinet } from './cabinet.js';
import { due } from './due.js';
import type { Projection } from './engine/index.js';
import { favourite } from './favourite.js';
import { lateFee } from './late-fee.js';
import { ledger } from './ledger/index.js';
import { rentalPackage } from './package.js';
import { points } from './points.js';
import { powerBank } from './power-bank.js';
import { rental } from './rental/index.js';
import { rentalIssue } from './rental-issue.js';
import { settings } from './settings.js';
import { staff } from './staff.js';
import { station } from './station/index.js';
import { user } from './user.js';
import { wallet } from './wallet/index.js';

/** Every read model of the program. Each has a schema of its name in Postgres. */
export const projections: readonly Projection[] = [
  wallet,
  points,
  ledger,
  rental,
  station,
  powerBank,
  rentalPackage,
  due,
  lateFee,
  settings,
  cabinet,
  user,
  staff,
  favourite,
  rentalIssue,
  broadcast,
  actionLog,
];
