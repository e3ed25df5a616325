import type { HealthCheck } from '../adapters/http/health.js';
import { healthRoutes } from '../adapters/http/health.js';
import { type AccountTools, accountCommands } from '../commands/account/index.js';
import { cabinetCommands } from '../commands/cabinet/index.js';
import { discountCommands } from '../commands/discount.js';
import { toggleFavouriteStation } from '../commands/favourite.js';
import { lateFeeCommands } from '../commands/late-fee.js';
import { partnerSignIn } from '../commands/partner/sign-in.js';
import { redeemSetUpLink } from '../commands/password/set-up.js';
import { calculatePaymentOptions } from '../commands/payment-options.js';
import { type RentalLimits, type RentalTools, rentalCommands } from '../commands/rental/index.js';
import { rentalPackageCommands } from '../commands/rental-package.js';
import { staffCommands } from '../commands/staff/index.js';
import { type BroadcastOperationTools, broadcastMessage } from '../commands/staff-broadcast.js';
import { staffConfigCommands } from '../commands/staff-config.js';
import { staffUserCommands } from '../commands/staff-user.js';
import { stationCommands } from '../commands/station.js';
import type { CabinetSecrets } from '../ports/cabinet-secrets.js';
import type { EventStore } from '../ports/event-store.js';
import type { Route } from '../ports/http/route.js';
import { accountReads } from '../read-api/account.js';
import { issueReads } from '../read-api/issue.js';
import { ledgerReads } from '../read-api/ledger/index.js';
import { pastReads } from '../read-api/past/index.js';
import { paymentReads } from '../read-api/payment.js';
import { pointsReads } from '../read-api/points.js';
import type { ReadTools } from '../read-api/reading.js';
import { rentalReads } from '../read-api/rental.js';
import { rentalPackageReads } from '../read-api/rental-package.js';
import { type ActionLogTools, actionLogReads } from '../read-api/staff-action-log.js';
import { broadcastReads } from '../read-api/staff-broadcast.js';
import { configReads } from '../read-api/staff-config.js';
import { staffPricingReads } from '../read-api/staff-pricing.js';
import { staffRentalReads } from '../read-api/staff-rental.js';
import { staffStationReads } from '../read-api/staff-station.js';
import { staffTeamReads } from '../read-api/staff-team.js';
import { staffUserReads } from '../read-api/staff-user.js';
import { stationReads } from '../read-api/station.js';

export interface RouteDependencies
  extends RentalTools,
    ReadTools,
    AccountTools,
    ActionLogTools,
    BroadcastOperationTools {
  readonly store: Pick<EventStore, 'readStream' | 'readLast' | 'lastPosition'>;
  readonly secrets: CabinetSecrets;
  readonly limits: RentalLimits;
  readonly healthChecks: readonly HealthCheck[];
}

/** Every JSON operation of the program: the server, the access check and the document read it. */
export const createRoutes = (dependencies: RouteDependencies): readonly Route[] => [
  ...healthRoutes(dependencies.healthChecks),
  ...accountCommands(dependencies),
  ...staffCommands(dependencies),
  ...partnerSignIn(dependencies),
  redeemSetUpLink(dependencies),
  ...rentalCommands(dependencies, dependencies.limits),
  calculatePaymentOptions(dependencies),
  toggleFavouriteStation(dependencies),
  ...stationCommands(dependencies),
  ...cabinetCommands(dependencies, dependencies.secrets),
  ...rentalPackageCommands(dependencies),
  ...lateFeeCommands(dependencies),
  ...discountCommands(dependencies),
  ...staffUserCommands(dependencies),
  ...staffConfigCommands(dependencies),
  broadcastMessage(dependencies),
  ...accountReads(dependencies),
  ...rentalReads(dependencies),
  ...issueReads(dependencies),
  ...rentalPackageReads(dependencies),
  ...stationReads(dependencies),
  ...paymentReads(dependencies),
  ...pointsReads(dependencies),
  ...staffRentalReads(dependencies),
  ...staffStationReads(dependencies),
  ...staffPricingReads(dependencies),
  ...staffTeamReads(dependencies),
  ...staffUserReads(dependencies),
  ...configReads(dependencies),
  ...broadcastReads(dependencies),
  ...actionLogReads(dependencies),
  ...ledgerReads(dependencies),
  ...pastReads(dependencies),
];
