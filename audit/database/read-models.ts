import type { CompareResult, RowDifference } from '../../projections/engine/index.js';
import { type Finding, nowhere, type Place } from '../finding.js';

/** Longer values would hide the rest of the line; sealed ones are of no use to a reader. */
const valueCharactersMax = 60;

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= valueCharactersMax ? text : `${text.slice(0, valueCharactersMax)}…`;
};

const described = (row: RowDifference['found']): string =>
  row === null
    ? 'no such row'
    : Object.entries(row)
        .map(([column, value]) => `${column}=${shown(value)}`)
        .join(' ');

const codeOf = ({ expected, found }: RowDifference): string => {
  if (expected === null) return 'row-unexpected';
  return found === null ? 'row-missing' : 'row-differs';
};

const ofRow = (model: string, place: Place, difference: RowDifference): Finding => ({
  code: codeOf(difference),
  place,
  expected: `${model}.${difference.table} ${difference.key}: ${described(difference.expected)}`,
  found: described(difference.found),
});

/** What a comparison of a read model with the log says; none where both are the same. */
export const findingsOfComparison = (model: string, result: CompareResult): readonly Finding[] => {
  const expected = `read model ${model} to be as the log makes it`;
  switch (result.kind) {
    case 'compared': {
      const place = { ...nowhere, position: result.position };
      return result.differences.map((difference) => ofRow(model, place, difference));
    }
    case 'missing':
      return [{ code: 'read-model-missing', place: nowhere, expected, found: 'none' }];
    case 'not-compared':
      return [{ code: 'read-model-not-compared', place: nowhere, expected, found: result.why }];
    case 'poison': {
      const place = { ...nowhere, stream: result.stream };
      return [{ code: 'read-model-poison', place, expected, found: result.why }];
    }
  }
};
