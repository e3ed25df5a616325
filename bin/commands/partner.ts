import { Command, InvalidArgumentError, Option } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { setUpLinkMessage } from '../../commands/account/message-texts.js';
import { invitePartner } from '../../commands/partner/invite.js';
import { PartnerPerson, type PartnerType, VendorType } from '../../domain/partner/index.js';
import type { EmailAddress } from '../../domain/shared/identifier.js';
import { operatorContext } from '../cli/operator-context.js';
import { OperatorError } from '../cli/operator-error.js';
import { emailAddress } from '../cli/option-texts.js';
import { type ShortCommand, shortCommand } from '../cli/short-command.js';
import { linkTo, setUpPageOf } from '../set-up-links.js';

const linkValidHours = 24;

const vendorTypes = Object.keys(VendorType.keys).filter(VendorType.is);

interface InviteOptions {
  readonly email: EmailAddress;
  readonly name: string;
  readonly business: string;
  readonly type: 'franchise' | 'vendor';
  readonly vendorType: VendorType;
  readonly print?: true;
}

const partnerName = (text: string): string => {
  if (PartnerPerson.type.props.name.is(text)) return text;
  throw new InvalidArgumentError('A name has 2 to 150 characters.');
};

const businessName = (text: string): string => {
  if (PartnerPerson.type.props.businessName.is(text)) return text;
  throw new InvalidArgumentError('A name of a business has 1 to 100 characters.');
};

const typeOf = ({ type, vendorType }: InviteOptions): PartnerType =>
  type === 'franchise' ? { kind: 'FRANCHISE' } : { kind: 'VENDOR', vendorType };

const told = {
  UserAlreadyPartner: 'this user is another kind of partner already',
  UserInvalid: 'this user is kept out of the network',
} as const;

const isTold = (kind: string): kind is keyof typeof told => Object.hasOwn(told, kind);

const invite = async (
  { parts, config, output, story }: ShortCommand,
  options: InviteOptions,
): Promise<void> => {
  const { email, name, business: businessNamed } = options;
  const page = await setUpPageOf(config);
  const invitation = {
    person: { name, businessName: businessNamed, email },
    partner: typeOf(options),
    at: parts.clock.now(),
  };
  const context = operatorContext(parts.newId);
  const invited = await invitePartner(parts, invitation, context);
  if (E.isLeft(invited)) {
    const { kind } = invited.left;
    throw new OperatorError([isTold(kind) ? told[kind] : `refused: ${kind}`]);
  }
  const { userId, link } = invited.right;
  story.line(`${email} is a ${options.type} now, as user ${userId}`);
  if (link === null) return story.line('without a dashboard, so there is no password to set up');
  const text = linkTo(page, link);
  if (options.print === true) return output.line(text);
  const message = { id: context.commandId, to: email, link: text, validHours: linkValidHours };
  const delivery = await parts.messages.send(setUpLinkMessage(message));
  if (delivery.kind !== 'accepted') {
    throw new OperatorError([
      'the link could not be sent; the same command with --print prints another one',
    ]);
  }
  output.line(`a link to set up a password is on its way, good until ${link.expiresAt}`);
};

const inviteCommand = (): Command =>
  new Command('invite')
    .description('make a user a partner, and send a link to choose a password by')
    .requiredOption('--email <address>', 'to sign in with', emailAddress)
    .requiredOption('--name <name>', 'of the person', partnerName)
    .requiredOption('--business <name>', 'of the business', businessName)
    .addOption(
      new Option('--type <type>', 'what the partner is')
        .choices(['franchise', 'vendor'])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--vendor-type <type>', 'whether a vendor earns, and so has a dashboard')
        .choices(vendorTypes)
        .default('REVENUE'),
    )
    .option('--print', 'print the link instead of sending it')
    .action((options: InviteOptions) =>
      shortCommand((command) => invite(command, options), { needsKeys: true }),
    );

export const partnerCommand = (): Command =>
  new Command('partner')
    .description('franchises and vendors: invite one')
    .addCommand(inviteCommand());
