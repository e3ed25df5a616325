/** Days of the calendar of Nepal, as subcommands of `audit` take them. */

import { InvalidArgumentError } from 'commander';
import type { Period } from '../../../audit/export/index.js';
import { CalendarDate } from '../../../domain/shared/calendar-date.js';
import type { Day } from '../../../domain/shared/day.js';
import { OperatorError } from '../../cli/operator-error.js';

export const calendarDay = (text: string): Day => {
  if (CalendarDate.is(text)) return text;
  throw new InvalidArgumentError('It must be a day of Asia/Kathmandu, as 2026-11-22.');
};

interface PeriodOptions {
  readonly from?: Day;
  readonly to?: Day;
}

/** @throws OperatorError when it ends before it begins. */
export const periodOf = ({ from, to }: PeriodOptions): Period => {
  if (from === undefined || to === undefined || from <= to) {
    return { from: from ?? null, to: to ?? null };
  }
  throw new OperatorError([`--from ${from} is after --to ${to}`]);
};
