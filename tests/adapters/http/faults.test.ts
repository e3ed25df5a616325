import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { nullable, text } from '../../../domain/shared/codecs.js';
import { withDefault } from '../../../ports/http/default-type.js';
import { faultsOfErrors } from '../../../ports/http/faults.js';

const Word = text('Word', { minLength: 2, maxLength: 4 });

const faultsIn = (codec: t.Mixed, value: unknown) => {
  const decoded = codec.decode(value);
  return E.isLeft(decoded) ? faultsOfErrors(decoded.left, 'body') : [];
};

test('what may be absent or null is one place with one fault', (context) => {
  const expected = [
    {
      path: 'body.word',
      message: 'must be text of 2 to 4 characters or null, is an unsuitable text',
    },
  ];
  const given = { word: 'secret' };
  context.deepEqual(faultsIn(t.strict({ word: nullable(Word) }), given), expected);
  const absent = t.strict({ word: withDefault(nullable(Word), null) });
  context.deepEqual(faultsIn(absent, given), expected);
  context.deepEqual(faultsIn(withDefault(absent, { word: null }), given), expected);
  context.deepEqual(faultsIn(absent, {}), []);
});
