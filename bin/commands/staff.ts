import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { identifierIndexOf } from '../../commands/account/tools.js';
import { submit } from '../../commands/operation.js';
import { NewPassword } from '../../commands/password/shapes.js';
import { addStaff } from '../../commands/staff/add.js';
import { loadTeam, staffHolder } from '../../commands/staff/door.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import type { EmailAddress } from '../../domain/shared/identifier.js';
import { StaffId } from '../../domain/shared/ids.js';
import {
  type StaffMember,
  StaffPerson,
  type StaffRefusal,
  StaffRole,
  staffTeamId,
} from '../../domain/staff/index.js';
import { openJson } from '../../ports/sealed-json.js';
import { sealWords } from '../../ports/sealed-words.js';
import { staffPersonPlace, staffReasonPlace } from '../../ports/team-data.js';
import { askNewPassword } from '../cli/ask-secret.js';
import { inColumns } from '../cli/columns.js';
import { operatorContext } from '../cli/operator-context.js';
import { OperatorError } from '../cli/operator-error.js';
import { emailAddress, words } from '../cli/option-texts.js';
import { type ShortCommand, shortCommand } from '../cli/short-command.js';
import type { Parts } from '../compose.js';
import { linkTo, setUpPageOf } from '../set-up-links.js';

const roles = Object.keys(StaffRole.keys).filter(StaffRole.is);

const personName = (text: string): string => {
  if (StaffPerson.type.props.name.is(text)) return text;
  throw new InvalidArgumentError('A name has 2 to 150 characters.');
};

const told: Readonly<Partial<Record<StaffRefusal['kind'], string>>> = {
  StaffEmailTaken: 'somebody of the staff has this address already',
  LastSuperAdmin: 'there must be a super admin',
};

const refused = ({ kind }: StaffRefusal): OperatorError =>
  new OperatorError([told[kind] ?? `refused: ${kind}`]);

const memberWith = async (parts: Parts, email: EmailAddress): Promise<StaffMember> => {
  const index = identifierIndexOf(parts, { kind: 'email', value: email });
  const member = [...(await loadTeam(parts)).values()].find((each) => each.emailIndex === index);
  if (member !== undefined) return member;
  throw new OperatorError([`there is nobody of the staff with the address ${email}`]);
};

interface AddOptions {
  readonly email: EmailAddress;
  readonly name: string;
  readonly role: StaffRole;
  readonly passwordFile?: string;
  readonly link?: true;
}

const passwordIn = async (path: string): Promise<string> => {
  try {
    return (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
  } catch (cause) {
    throw new OperatorError([`--password-file: ${path} cannot be read`], { cause });
  }
};

/** Where the password comes from; `null`: by a link, from the person. */
const passwordFor = async ({ passwordFile, link }: AddOptions): Promise<string | null> => {
  if (link === true) return null;
  const password =
    passwordFile === undefined ? await askNewPassword() : await passwordIn(passwordFile);
  if (NewPassword.is(password)) return password;
  throw new OperatorError(['a password has 8 to 128 characters']);
};

const printLink = async (
  { parts, output, config }: Pick<ShortCommand, 'parts' | 'output' | 'config'>,
  staffId: StaffId,
): Promise<void> => {
  const page = await setUpPageOf(config);
  const link = await parts.accounts.setupLinks.issue(staffHolder(staffId));
  output.line(linkTo(page, link));
};

const add = async (command: ShortCommand, options: AddOptions): Promise<void> => {
  const { parts, story, config } = command;
  if (options.link === true) await setUpPageOf(config);
  const password = await passwordFor(options);
  const staffId = brandOrThrow(StaffId, parts.newId());
  const { email, name, role } = options;
  const who = { staffId, person: { name, email }, role, by: null, at: parts.clock.now() };
  const added = await addStaff(parts, who, operatorContext(parts.newId));
  if (E.isLeft(added)) throw refused(added.left);
  if (password !== null) await parts.accounts.passwords.set(staffHolder(staffId), password);
  story.line(`${email} is ${role} now, as ${staffId}`);
  if (password === null) await printLink(command, staffId);
};

const addCommand = (): Command =>
  new Command('add')
    .description('add somebody to the staff; the password is asked for and not shown')
    .requiredOption('--email <address>', 'to sign in with', emailAddress)
    .requiredOption('--name <name>', 'of the person', personName)
    .addOption(
      new Option('--role <role>', 'what the person may do').choices(roles).makeOptionMandatory(),
    )
    .option('--password-file <path>', 'a file with the password, instead of asking')
    .addOption(
      new Option('--link', 'print a link by which the person chooses one').conflicts(
        'passwordFile',
      ),
    )
    .action((options: AddOptions) =>
      shortCommand((command) => add(command, options), { needsKeys: true }),
    );

const linkCommand = (): Command =>
  new Command('link')
    .description('print a link to choose a new password by; good for a day, and for one use')
    .requiredOption('--email <address>', 'of somebody of the staff', emailAddress)
    .action(({ email }: { readonly email: EmailAddress }) =>
      shortCommand(
        async (command) => printLink(command, (await memberWith(command.parts, email)).staffId),
        { needsKeys: true },
      ),
    );

const listCommand = (): Command =>
  new Command('list').description('who is of the staff').action(() =>
    shortCommand(
      async ({ parts, output }) => {
        const team = [...(await loadTeam(parts)).values()];
        const rows = await Promise.all(
          team.map(async ({ staffId, role, isActive, person }) => {
            const opened = await openJson(parts.personalData, staffPersonPlace(staffId), person);
            const { email = '-', name = '-' } = opened ?? {};
            return [email, name, role, isActive ? 'active' : 'deactivated', staffId];
          }),
        );
        for (const line of inColumns(['E-MAIL', 'NAME', 'ROLE', 'STATE', 'ID'], rows)) {
          output.line(line);
        }
      },
      { needsKeys: true },
    ),
  );

interface DeactivateOptions {
  readonly email: EmailAddress;
  readonly reason: string;
}

const deactivate = async (
  { parts, output }: ShortCommand,
  { email, reason }: DeactivateOptions,
): Promise<void> => {
  const { staffId } = await memberWith(parts, email);
  const wish = {
    type: 'DeactivateStaff',
    staffId,
    reason: await sealWords(parts.personalData, staffReasonPlace(staffId), reason),
    by: null,
    at: parts.clock.now(),
  } as const;
  const context = operatorContext(parts.newId);
  const done = await submit(parts.handlers.staff, staffTeamId, wish, context);
  if (E.isLeft(done)) throw refused(done.left);
  await parts.accounts.sessions.revokeAll(staffHolder(staffId), 'by-staff');
  output.line(`${email} is kept out, and signed out everywhere`);
};

const deactivateCommand = (): Command =>
  new Command('deactivate')
    .description('keep somebody of the staff out, at once')
    .requiredOption('--email <address>', 'of somebody of the staff', emailAddress)
    .requiredOption('--reason <text>', 'kept with it, sealed', words)
    .action((options: DeactivateOptions) =>
      shortCommand((command) => deactivate(command, options), { needsKeys: true }),
    );

/** `powerbank staff …`: the first super admin comes from here. */
export const staffCommand = (): Command =>
  new Command('staff')
    .description('who may sign in as staff: add somebody, list, keep somebody out')
    .addCommand(addCommand())
    .addCommand(linkCommand())
    .addCommand(listCommand())
    .addCommand(deactivateCommand());
