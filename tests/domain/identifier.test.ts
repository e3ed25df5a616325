import test from 'ava';
import fc from 'fast-check';
import {
  EmailAddress,
  PhoneNumber,
  readEmailAddress,
  readIdentifier,
  readPhoneNumber,
} from '../../domain/shared/identifier.js';

const numberIn = (text: string): string | null => readPhoneNumber(text);
const addressIn = (text: string): string | null => readEmailAddress(text);

test('every way to write a Nepali mobile number is one number (AUTH-1)', (t) => {
  const ways = [
    '9841234567',
    '9779841234567',
    '+9779841234567',
    ' 9841234567\n',
    '984-1234567',
    '+977 98-4123 4567',
    '977-9841234567',
    '\u00a09841234567\ufeff',
  ];
  for (const way of ways) {
    t.deepEqual(readIdentifier(way), { kind: 'phone', value: '+9779841234567' }, way);
  }
  t.is(numberIn('9771234567'), '+9779771234567', 'ten digits that begin like the prefix');
});

test('what is no mobile number of Nepal is none (AUTH-1)', (t) => {
  const others = [
    '',
    '984123456',
    '98412345678',
    '9641234567',
    '9941234567',
    '014123456',
    '09841234567',
    '009779841234567',
    '+9841234567',
    '++9779841234567',
    '+9771234567',
    '+97709841234567',
    '+919841234567',
    '977977984123456',
    '984  1234567',
    '984--1234567',
    '-9841234567',
    '9841234567-',
    '(984) 1234567',
    '984.123.4567',
    '984\n1234567',
    '984\t1234567',
    '984\u00a01234567',
    '984\u20111234567',
    '984\u200b1234567',
    '9841234567\u0000',
    '९८४१२३४५६७',
    '٩٨٤١٢٣٤٥٦٧',
    '９８４１２３４５６７',
    '98４1234567',
    '9841234567e0',
    '0x24A8F5A87',
    '9841234567,9851234567',
    '9841234567;ext=1',
  ];
  for (const other of others) t.is(readIdentifier(other), null, JSON.stringify(other));
});

test('an address counts without regard to case and to blanks around it (AUTH-1)', (t) => {
  const cases = [
    ['deepa@example.com', 'deepa@example.com'],
    ['  Deepa@EXAMPLE.Com ', 'deepa@example.com'],
    ['deepa.sharma+rent@mail.example.com.np', 'deepa.sharma+rent@mail.example.com.np'],
    ["o'neil_1=x&y~z-a@a-b.co", "o'neil_1=x&y~z-a@a-b.co"],
    ['9841234567@example.com', '9841234567@example.com'],
    ['a@xn--h2breg3eve.xn--h2brj9c', 'a@xn--h2breg3eve.xn--h2brj9c'],
  ] as const;
  for (const [text, value] of cases) {
    t.deepEqual(readIdentifier(text), { kind: 'email', value }, text);
  }
});

test('a tag and points in an address count: providers disagree about them', (t) => {
  const addresses = ['deepa@example.com', 'deepa+a@example.com', 'dee.pa@example.com'];
  t.is(new Set(addresses.map(addressIn)).size, 3);
});

test('what could be taken for another address, or for two, is none', (t) => {
  const others = [
    '@',
    '@example.com',
    'deepa@',
    'deepa',
    'deepa@localhost',
    'deepa@example.c',
    'deepa@example.com.',
    'deepa@.example.com',
    'deepa@example..com',
    'deepa@-example.com',
    'deepa@example-.com',
    'deepa@exa_mple.com',
    'deepa@127.0.0.1',
    'deepa@[127.0.0.1]',
    '.deepa@example.com',
    'deepa.@example.com',
    'dee..pa@example.com',
    '-deepa@example.com',
    '+tag@example.com',
    'a@b@example.com',
    'deepa%evil.example@example.com',
    'evil.example!deepa@example.com',
    '"deepa"@example.com',
    '"a b"@example.com',
    'deepa(comment)@example.com',
    'Deepa <deepa@example.com>',
    'deepa@example.com,evil@example.com',
    'deepa@example.com;evil@example.com',
    'deepa@example.com evil@example.com',
    'deepa@example.com\r\nBcc: evil@example.com',
    'deepa\n@example.com',
    'deepa@exam\tple.com',
    'deepa@example.com\u0000',
    'deepa\u200b@example.com',
    'deepa@example\u3002com',
    'd\u0435epa@example.com',
    'deepa@ex\u0430mple.com',
    '\u212aeshav@example.com',
    'deepa@example.com\u0130',
    'ＤＥＥＰＡ@example.com',
    'deepa@उदाहरण.भारत',
    'दीपा@example.com',
    `${'a'.repeat(65)}@example.com`,
    `deepa@${'a'.repeat(64)}.com`,
    `deepa@${'a.'.repeat(125)}com`,
    `${' '.repeat(300)}deepa@example.com`,
  ];
  for (const other of others) t.is(readIdentifier(other), null, JSON.stringify(other));
});

test('limits of length hold to the letter', (t) => {
  const local = 'a'.repeat(64);
  const label = 'b'.repeat(63);
  const address = `${local}@${label}.${label}.${'c'.repeat(57)}.com`;
  t.is(address.length, 254);
  t.is(addressIn(address), address);
  t.is(addressIn(address.replace('.com', '.coms')), null);
});

const digits = fc.tuple(
  fc.constantFrom('97', '98'),
  fc.stringMatching(/^[0-9]{8}$/),
  fc.constantFrom('', '977', '+977'),
);

test('a number is read back from what was made of it, and prefixes change nothing', (t) => {
  fc.assert(
    fc.property(digits, ([begin, rest, prefix]) => {
      const number = numberIn(`${prefix}${begin}${rest}`);
      t.is(number, numberIn(`${begin}${rest}`));
      t.is(number, `+977${begin}${rest}`);
      t.is(numberIn(String(number)), number);
    }),
  );
});

test('an address is read back from what was made of it, in whatever case it was typed', (t) => {
  fc.assert(
    fc.property(fc.emailAddress(), (typed) => {
      const address = addressIn(typed);
      t.is(addressIn(typed.toUpperCase()), address);
      if (address !== null) t.is(addressIn(address), address);
    }),
  );
});

test('whatever comes in, what comes out is of one of the two shapes and of plain characters', (t) => {
  const alphabet = fc.constantFrom(...'0123456789-+ @.aZ%\r\n\u0000\u212a\u0430\u200b९'.split(''));
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: alphabet, maxLength: 30 }),
    fc.tuple(digits, alphabet, fc.nat(14)).map(([[begin, rest, prefix], odd, at]) => {
      const number = `${prefix}${begin}${rest}`;
      return number.slice(0, at) + odd + number.slice(at);
    }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const identifier = readIdentifier(text);
      if (identifier === null) return;
      const isOfItsKind =
        identifier.kind === 'phone'
          ? PhoneNumber.is(identifier.value)
          : EmailAddress.is(identifier.value);
      t.true(isOfItsKind);
      t.regex(identifier.value, /^[\x21-\x7e]+$/);
    }),
    { numRuns: 500 },
  );
});
