import { Command, InvalidArgumentError, Option } from 'commander';
import type { Role } from '../../ports/http/access.js';
import type { IdentifiedPrincipal } from '../../ports/http/principal.js';
import { OperatorError } from '../cli/operator-error.js';
import { shortCommand } from '../cli/short-command.js';
import type { Parts } from '../compose.js';
import { tokensLasting } from '../compose.js';

const staffRoles = ['moderator', 'admin', 'super_admin', 'auditor', 'analyst'] as const;
const longestMinutes = 24 * 60;

interface Options {
  readonly user?: string;
  readonly staff?: (typeof staffRoles)[number];
  readonly name?: string;
  readonly minutes?: number;
}

const minutes = (text: string): number => {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= longestMinutes) return number;
  throw new InvalidArgumentError(`It must be a number of minutes from 1 to ${longestMinutes}.`);
};

const userPrincipal = async ({ handlers }: Parts, id: string): Promise<IdentifiedPrincipal> => {
  const { state } = await handlers.user.load(id);
  if (state === null) throw new OperatorError([`there is no user ${id}`]);
  return { kind: 'user', id, roles: ['user'], sessionId: null };
};

const staffPrincipal = (role: Role, name: string): IdentifiedPrincipal => ({
  kind: 'staff',
  id: name,
  roles: [role],
  sessionId: null,
});

export const tokenCommand = (): Command =>
  new Command('token')
    .description('issue an access token for a user or for staff, and print nothing else')
    .addOption(new Option('--user <id>', 'a registered user').conflicts('staff'))
    .addOption(new Option('--staff <role>', 'somebody with this role').choices(staffRoles))
    .option('--name <name>', 'who of the staff it is for, as the log will name them')
    .option('--minutes <number>', 'how long it is valid, instead of the configured time', minutes)
    .action(async (options: Options, command: Command) => {
      const { user, staff, name } = options;
      if (user === undefined && staff === undefined) {
        command.error('error: one of --user and --staff is needed');
      }
      await shortCommand(async ({ parts, output, config }) => {
        const principal =
          staff === undefined
            ? await userPrincipal(parts, user ?? '')
            : staffPrincipal(staff, name ?? staff);
        const ttlSeconds = (options.minutes ?? config.tokenTtlSeconds / 60) * 60;
        const { accessToken } = await tokensLasting(parts, ttlSeconds).issueToken(principal);
        output.line(accessToken);
      });
    });
