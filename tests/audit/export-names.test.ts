import test from 'ava';
import fc from 'fast-check';
import { codeOfExportName, exportNameOf } from '../../audit/export/account-name.js';
import {
  AccountCode,
  accountOf,
  chart,
  type FamilyName,
  familyNames,
  soleAccount,
} from '../../domain/ledger/index.js';
import { AwardSource } from '../../domain/points/events.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import * as ids from '../../domain/shared/ids.js';
import { GatewayName } from '../../domain/wallet/events.js';

/** As beancount wants it: the other two accept whatever it does. */
const validName = /^(Assets|Liabilities|Equity|Income|Expenses)(:[A-Z0-9][A-Za-z0-9-]*){1,2}$/;

const patterns = Object.entries({ ...ids, GatewayName }).flatMap(([name, id]) =>
  'pattern' in id ? [{ name, pattern: id.pattern }] : [],
);
const anyOwner = fc.oneof(...patterns.map(({ pattern }) => fc.stringMatching(pattern)));
/** Few characters, so that owners nearly meet. */
const nearOwner = fc.stringMatching(/^[xXaA2D_-]{1,6}$/);

const family: FamilyName = 'wallets';
const codeOf = (owner: string): AccountCode => accountOf(family, owner);

test('the ids of the domain are all in this test', (t) => {
  t.true(patterns.some(({ name }) => name === 'UserId'));
  t.true(patterns.length >= 18, `${patterns.length}`);
});

for (const { name, pattern } of patterns) {
  test(`an account of any ${name} has a valid name, which leads back to it`, (t) => {
    fc.assert(
      fc.property(fc.stringMatching(pattern), (owner) => {
        const exportName = exportNameOf(codeOf(owner));
        t.regex(exportName, validName);
        t.is(codeOfExportName(exportName), codeOf(owner));
      }),
    );
  });
}

test('no two owners share a name', (t) => {
  fc.assert(
    fc.property(fc.oneof(anyOwner, nearOwner), fc.oneof(anyOwner, nearOwner), (left, right) => {
      const [one, other] = [exportNameOf(codeOf(left)), exportNameOf(codeOf(right))];
      t.is(one === other, left === right);
      t.is(codeOfExportName(one), codeOf(left));
    }),
    { numRuns: 2_000 },
  );
});

test('a text leads to an account only when it is its name', (t) => {
  const anyName = fc.stringMatching(/^Assets:Gateway-Clearing:[A-Z0-9][a-zA-F0-9-]{0,9}$/);
  fc.assert(
    fc.property(anyName, (name) => {
      const code = codeOfExportName(name);
      t.true(code === null || exportNameOf(code) === name);
    }),
    { numRuns: 1_000 },
  );
  for (const name of ['', 'Assets', 'assets:x', 'Assets:gateway-clearing:A', 'Assets:Rental:A--']) {
    t.is(codeOfExportName(name), null, name);
  }
});

test('names are those of the codes, as far as they may be', (t) => {
  const names: Readonly<Record<string, string>> = {
    'liabilities:wallets:u_7': 'Liabilities:Wallets:U--7',
    'liabilities:wallets:0191d2c0-7e02': 'Liabilities:Wallets:0191d2c0-7e02',
    'assets:gateway-clearing:khalti': 'Assets:Gateway-Clearing:Khalti',
    'expenses:points-awarded:SOCIAL_SIGNUP': 'Expenses:Points-Awarded:XSOCIAL--SIGNUP',
    'assets:payment-clearing:x.y:z-': 'Assets:Payment-Clearing:Xx---2Ey---3Az---2D',
  };
  for (const [code, name] of Object.entries(names)) {
    t.is(exportNameOf(brandOrThrow(AccountCode, code)), name);
  }
});

test('every account of the chart has a name that leads back to it', (t) => {
  for (const name of familyNames) {
    const { class: accountClass, owner } = chart[name];
    const text = `${accountClass}:${name}${owner === null ? '' : ':REFERRAL_INVITER'}`;
    const code = brandOrThrow(AccountCode, text);
    t.regex(exportNameOf(code), validName);
    t.is(codeOfExportName(exportNameOf(code)), code);
  }
  t.is(exportNameOf(soleAccount('late-fee')), 'Income:Late-Fee');
  t.true(
    Object.keys(AwardSource.keys).every((word) =>
      AccountCode.is(accountOf('points-awarded', word)),
    ),
  );
});
