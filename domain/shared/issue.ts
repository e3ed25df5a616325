import { branded } from './brand.js';
import { ListType, text } from './codecs.js';

/** Where an uploaded picture is kept; pictures themselves never enter the log. */
export const PictureUrl = branded('PictureUrl', /^https:\/\/[^\s<>"]{1,500}$/);

const picturesMax = 5;

/** What a report of a fault says, whatever is at fault (rules 2.21). */
export const IssueDescription = text('IssueDescription', { minLength: 10, maxLength: 1_000 });
export const IssuePictures = new ListType('IssuePictures', PictureUrl, picturesMax);
