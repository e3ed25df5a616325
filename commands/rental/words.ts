/** What people write about a rental in their own words. */

import { DescribedType } from '../../ports/http/described-type.js';
import type { JsonSchema } from '../../ports/http/json-schema.js';
import type { PersonalData } from '../../ports/personal-data.js';
import type { OperationTools } from '../operation.js';

export interface WordsTools extends OperationTools {
  readonly personalData: PersonalData;
}

/** CAN-7: a reason says something. */
const lengthMin = 5;
const lengthMax = 500;

const schema: JsonSchema = {
  type: 'string',
  minLength: lengthMin,
  maxLength: lengthMax,
  description: 'Blanks around it are left out, and do not count.',
  examples: ['I took it by mistake'],
};

const isReason = (input: unknown): input is string =>
  typeof input === 'string' &&
  input.length >= lengthMin &&
  input.length <= lengthMax &&
  input.trim() === input;

/** Why somebody cancels a rental, or why staff end one. */
export const ReasonText = new DescribedType<string>(
  'ReasonText',
  { description: `text of ${lengthMin} to ${lengthMax} characters`, input: schema, output: schema },
  {
    is: isReason,
    parse: (input) => {
      const text = typeof input === 'string' && input.length <= lengthMax ? input.trim() : '';
      return isReason(text) ? text : null;
    },
    write: (reason) => reason,
  },
);
