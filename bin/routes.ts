import type { HealthCheck } from '../adapters/http/health.js';
import { healthRoute } from '../adapters/http/health.js';
import type { Route } from '../adapters/http/route.js';
import { cabinetCommands } from '../commands/cabinet/index.js';
import { discountCommands } from '../commands/discount.js';
import { toggleFavouriteStation } from '../commands/favourite.js';
import { lateFeeCommands } from '../commands/late-fee.js';
import type { OperationTools } from '../commands/operation.js';
import { calculatePaymentOptions } from '../commands/payment-options.js';
import { type RentalLimits, rentalCommands } from '../commands/rental/index.js';
import { rentalPackageCommands } from '../commands/rental-package.js';
import { stationCommands } from '../commands/station.js';
import type { CabinetSecrets } from '../ports/cabinet-secrets.js';

export interface RouteDependencies extends OperationTools {
  readonly secrets: CabinetSecrets;
  readonly limits: RentalLimits;
  readonly healthChecks: readonly HealthCheck[];
}

/** Every JSON operation of the program: the server, the access check and the document read it. */
export const createRoutes = (dependencies: RouteDependencies): readonly Route[] => [
  healthRoute(dependencies.healthChecks),
  ...rentalCommands(dependencies, dependencies.limits),
  calculatePaymentOptions(dependencies),
  toggleFavouriteStation(dependencies),
  ...stationCommands(dependencies),
  ...cabinetCommands(dependencies, dependencies.secrets),
  ...rentalPackageCommands(dependencies),
  ...lateFeeCommands(dependencies),
  ...discountCommands(dependencies),
];
