import * as t from 'io-ts';
import { nullable, text } from '../shared/codecs.js';
import { PictureUrl } from './profile.js';

export const DocumentType = text('DocumentType', { minLength: 1, maxLength: 50 });
export const DocumentNumber = text('DocumentNumber', { minLength: 5, maxLength: 50 });

/** Rules 2.3: the front is required, selfie and back may be left out. */
export const KycDocuments = t.strict(
  {
    documentType: DocumentType,
    documentNumber: DocumentNumber,
    frontUrl: PictureUrl,
    selfieUrl: nullable(PictureUrl),
    backUrl: nullable(PictureUrl),
  },
  'KycDocuments',
);
export type KycDocuments = t.TypeOf<typeof KycDocuments>;

/** Where nothing else is said. */
export const usualDocumentType = 'CITIZENSHIP';
