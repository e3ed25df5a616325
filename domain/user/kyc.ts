import * as t from 'io-ts';
import { text } from '../shared/codecs.js';
import { StoredPicture } from '../shared/picture.js';

export const DocumentType = text('DocumentType', { minLength: 1, maxLength: 50 });
export const DocumentNumber = text('DocumentNumber', { minLength: 5, maxLength: 50 });

/** Rules 2.3: whoever submits them must show the front; selfie and back may be left out. */
export const KycDocuments = t.strict(
  {
    documentType: DocumentType,
    documentNumber: DocumentNumber,
    frontUrl: StoredPicture,
    selfieUrl: StoredPicture,
    backUrl: StoredPicture,
  },
  'KycDocuments',
);
export type KycDocuments = t.TypeOf<typeof KycDocuments>;

/** Where nothing else is said. */
export const usualDocumentType = 'CITIZENSHIP';
