import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { nullable } from '../../domain/shared/codecs.js';
import { PictureUrl } from '../../domain/shared/picture.js';
import { KycStatus, usualDocumentType } from '../../domain/user/index.js';
import { DocumentNumber, DocumentType } from '../../domain/user/kyc.js';
import { problem } from '../../ports/http/answer.js';
import { withDefault } from '../../ports/http/default-type.js';
import { commandProblems } from '../../ports/http/problem-codes.js';
import { type Route, route } from '../../ports/http/route.js';
import { sealJson } from '../../ports/sealed-json.js';
import { kycPlace } from '../../ports/user-data.js';
import { contextOf, problemsOf, submit, userOf, withPosition } from '../operation.js';
import type { AccountTools } from './tools.js';

/** `font_face_url` is the selfie; the word is the one that apps know. */
const KycBody = t.strict(
  {
    document_type: withDefault(DocumentType, usualDocumentType),
    document_number: DocumentNumber,
    document_front_url: PictureUrl,
    font_face_url: withDefault(nullable(PictureUrl), null),
    document_back_url: withDefault(nullable(PictureUrl), null),
  },
  'KycSubmission',
);

const KycSubmitted = t.strict({ status: KycStatus }, 'KycSubmitted');

const problems = problemsOf([...commandProblems, 'kyc_change_not_allowed', 'user_invalid']);

const submission = (
  tools: AccountTools,
  which: {
    readonly operation: 'submitKyc' | 'resubmitKyc';
    readonly method: 'POST' | 'PATCH';
    readonly summary: string;
  },
): Route =>
  route({
    ...which,
    path: '/api/users/kyc',
    description:
      'While a submission waits, another one replaces its documents; after a rejection it begins ' +
      'anew. An approval is never taken back by a submission.',
    tag: 'Users',
    body: KycBody,
    responses: { 200: KycSubmitted },
    problems: problems.codes,
    handler: async (asking, answer) => {
      const { body, now: at } = asking;
      const userId = userOf(asking);
      // Asked first: no key is made for nobody, and nothing is sealed for who has left.
      const { state: user } = await tools.handlers.user.load(userId);
      if (user === null || user.isDeleted) return problem('user_invalid');
      const documents = await sealJson(tools.personalData, kycPlace(userId), {
        documentType: body.document_type,
        documentNumber: body.document_number,
        frontUrl: body.document_front_url,
        selfieUrl: body.font_face_url,
        backUrl: body.document_back_url,
      });
      const command = { type: 'SubmitKyc', documents, at } as const;
      const done = await submit(tools.handlers.user, userId, command, contextOf(asking));
      if (E.isLeft(done)) return problems.refused(done.left);
      const { state, position } = done.right;
      return answer(200, { status: state?.kyc ?? 'PENDING' }, withPosition(position));
    },
  });

export const kycCommands = (tools: AccountTools): readonly Route[] => [
  submission(tools, {
    operation: 'submitKyc',
    method: 'POST',
    summary: 'Submits documents for the identity check',
  }),
  submission(tools, {
    operation: 'resubmitKyc',
    method: 'PATCH',
    summary: 'Submits them again',
  }),
];
