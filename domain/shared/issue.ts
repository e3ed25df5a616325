import * as t from 'io-ts';
import { ListType, text } from './codecs.js';
import { PictureUrl } from './picture.js';
import { Sealed } from './sealed.js';

const picturesMax = 5;

/** What a report of a fault says, whatever is at fault (rules 2.21). */
export const IssueDescription = text('IssueDescription', { minLength: 10, maxLength: 1_000 });
export const IssuePictures = new ListType('IssuePictures', PictureUrl, picturesMax);

/** What somebody says of a fault, in their own words and pictures. */
export const IssueWords = t.strict(
  { description: IssueDescription, images: IssuePictures },
  'IssueWords',
);
export type IssueWords = t.TypeOf<typeof IssueWords>;

/**
 * Words may tell who said them, so they are sealed before they are stored. Those of the first
 * events stand in the log as they were said.
 */
export const StoredIssueWords = t.union([Sealed, IssueWords], 'StoredIssueWords');
export type StoredIssueWords = t.TypeOf<typeof StoredIssueWords>;
