import * as t from 'io-ts';
import { text } from '../shared/codecs.js';
import { EmailAddress } from '../shared/identifier.js';

/** Who a partner is; sealed before it is stored. The address is the one to sign in with. */
export const PartnerPerson = t.strict(
  {
    name: text('PartnerName', { minLength: 2, maxLength: 150 }),
    businessName: text('BusinessName', { minLength: 1, maxLength: 100 }),
    email: EmailAddress,
  },
  'PartnerPerson',
);
export type PartnerPerson = t.TypeOf<typeof PartnerPerson>;
