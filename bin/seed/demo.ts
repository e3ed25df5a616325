/** The demo network: stations, and people with money and points. */

import { brandOrThrow } from '../../domain/shared/brand.js';
import { EntryId } from '../../domain/shared/ids.js';
import { isPositive } from '../../domain/shared/money.js';
import { registrationByOperator } from '../../domain/user/index.js';
import { registerStation } from '../register-station.js';
import { plant, type SeedParts, seeder } from './network.js';
import { type SeedPerson, seedPeople } from './people.js';
import { seedStations } from './stations.js';

/** What a person begins with is one entry for ever, whatever they have done with it since. */
const startEntry = brandOrThrow(EntryId, 'demo-start');

const seedPerson = async (parts: SeedParts, person: SeedPerson): Promise<number> => {
  const { handlers } = parts;
  const { userId, wallet, points } = person;
  const at = parts.clock.now();
  const common = { rentalId: null, at } as const;
  const register = registrationByOperator(userId, at);
  let added = await plant(parts, handlers.user, { id: userId, command: register });
  if (isPositive(wallet)) {
    const entry = { creditId: startEntry, amount: wallet, source: 'DEMO', gateway: null } as const;
    const command = { type: 'CreditWallet', ...entry, ...common } as const;
    added += await plant(parts, handlers.wallet, { id: userId, command });
  }
  if (points > 0) {
    const entry = { awardId: startEntry, points, source: 'SIGNUP' } as const;
    const command = { type: 'AwardPoints', ...entry, ...common } as const;
    added += await plant(parts, handlers.points, { id: userId, command });
  }
  return added;
};

/** @returns how many events it added: none when the demo was there already. */
export const seedDemo = async (parts: SeedParts): Promise<number> => {
  let added = 0;
  for (const station of seedStations) added += await registerStation(parts, station, seeder);
  for (const person of seedPeople) added += await seedPerson(parts, person);
  return added;
};
