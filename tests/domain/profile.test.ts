import test from 'ava';
import fc from 'fast-check';
import { CalendarDate } from '../../domain/shared/calendar-date.js';
import { emptyProfile, isComplete, isOfAge } from '../../domain/user/index.js';

test('PROF-1: name, date of birth and address make a profile complete; a picture does not', (t) => {
  const whole = {
    ...emptyProfile,
    fullName: 'Sita Rai',
    dateOfBirth: '2000-01-31',
    address: 'Patan',
  };
  t.true(isComplete(whole));
  for (const field of ['fullName', 'dateOfBirth', 'address'] as const) {
    t.false(isComplete({ ...whole, [field]: null, avatarUrl: 'https://example.org/a.png' }), field);
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
