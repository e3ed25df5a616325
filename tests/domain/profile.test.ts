import test from 'ava';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { CalendarDate } from '../../domain/shared/calendar-date.js';
import { PictureUrl } from '../../domain/shared/picture.js';
import {
  emptyProfile,
  isComplete,
  isOfAge,
  KycDocuments,
  Profile,
} from '../../domain/user/index.js';

const picture = brandOrThrow(PictureUrl, 'https://example.org/a.png');

test('PROF-1: name, date of birth and address make a profile complete; a picture does not', (t) => {
  const whole = {
    ...emptyProfile,
    fullName: 'Sita Rai',
    dateOfBirth: '2000-01-31',
    address: 'Patan',
  };
  t.true(isComplete(whole));
  for (const field of ['fullName', 'dateOfBirth', 'address'] as const) {
    t.false(isComplete({ ...whole, [field]: null, avatarUrl: picture }), field);
  }
});

for (const [born, today, ofAge] of [
  ['2008-03-01', '2026-02-28', false],
  ['2008-03-01', '2026-03-01', true],
  ['2008-02-29', '2026-02-28', false],
  ['2008-02-29', '2026-03-01', true],
  ['2026-01-01', '2025-12-31', false],
  ['1850-01-01', '2026-03-01', false],
] as const) {
  test(`PROF-1: born ${born}, ${ofAge ? 'old' : 'not old'} enough on ${today}`, (t) => {
    t.is(isOfAge(born, today), ofAge);
  });
}

for (const text of ['2026-02-30', '2026-13-01', '2026-1-01', '26-01-01', '2026-01-01T00:00', '']) {
  test(`no day of the calendar: '${text}'`, (t) => {
    t.false(CalendarDate.is(text));
  });
}

test('every day that there is is a calendar date', (t) => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('1900-01-01'), noInvalidDate: true, max: new Date('2100-01-01') }),
      (day) => CalendarDate.is(day.toISOString().slice(0, 10)),
    ),
  );
  t.pass();
});

const notPictures = [
  'javascript:alert(document.cookie)',
  'data:text/html,<script>alert(1)</script>',
  'http://example.org/a.png',
  'HTTPS://example.org/a.png',
  ' https://example.org/a.png',
  'https://example.org/"onerror="alert(1)',
  'https://example.org/a\nb.png',
  'https://',
  `https://example.org/${'a'.repeat(500)}`,
];

test('only a whole https address is one of a picture', (t) => {
  t.true(PictureUrl.is(picture));
  t.deepEqual(notPictures.filter(PictureUrl.is), []);
});

test('what was taken for the address of a picture once is not shown any more', (t) => {
  const documents = { documentType: 'CITIZENSHIP', documentNumber: '12-34-5678' };
  for (const frontUrl of notPictures) {
    const profile = Profile.decode({ ...emptyProfile, avatarUrl: frontUrl });
    t.deepEqual(profile, E.right(emptyProfile), frontUrl);
    const urls = { frontUrl, selfieUrl: picture, backUrl: null };
    const shown = { ...documents, ...urls, frontUrl: null };
    t.deepEqual(KycDocuments.decode({ ...documents, ...urls }), E.right(shown), frontUrl);
  }
  t.true(E.isLeft(Profile.decode({ ...emptyProfile, avatarUrl: 7 })));
});
