import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { decodeEvent } from '../../domain/registry.js';
import type { RentalIssueEvent } from '../../domain/rental-issue/events.js';
import { type RentalIssueReport, rentalIssue } from '../../domain/rental-issue/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { RentalId, RentalIssueId, UserId } from '../../domain/shared/ids.js';
import { instant } from '../../domain/shared/instant.js';
import { IssuePictures } from '../../domain/shared/issue.js';
import { PictureUrl } from '../../domain/shared/picture.js';
import { specOf } from '../support/decider-spec.js';
import { sealed } from '../support/sealed.js';

const issues = specOf(rentalIssue);
const at = instant('2026-03-01T04:00:00Z');
const later = instant('2026-03-02T04:00:00Z');
const issueId = brandOrThrow(RentalIssueId, 'i-1');
const picture = brandOrThrow(PictureUrl, 'https://files.example/cable.jpg');
const report: RentalIssueReport = {
  rentalId: brandOrThrow(RentalId, 'r-1'),
  userId: brandOrThrow(UserId, 'u-1'),
  issueType: 'CHARGING_ISSUE',
  words: sealed('the cable does not fit'),
};
const saying = (change: Partial<RentalIssueReport> = {}) =>
  ({ type: 'ReportRentalIssue', issueId, report: { ...report, ...change }, at: later }) as const;
const reported: RentalIssueEvent = {
  type: 'RentalIssueReported',
  data: { issueId, ...report, at },
};
const resolve = { type: 'ResolveRentalIssue', at: later } as const;
const resolved: RentalIssueEvent = { type: 'RentalIssueResolved', data: { at: later } };

test(
  'what a renter reports is written down as they said it, once',
  issues
    .given()
    .when({ ...saying(), at })
    .thenOnce(reported),
);

test(
  'the same report is the same after it was resolved, too',
  issues.given(reported, resolved).when(saying()).nothing(),
);

test(
  'another report under the same id is a mistake of its sender',
  issues
    .given(reported)
    .when(saying({ issueType: 'RETURN_ISSUE', words: sealed('in other words') }))
    .refuses({ kind: 'IdReused', id: issueId, differing: ['issueType'] }),
);

test(
  'the same report, sealed anew, is the same report',
  issues
    .given(reported)
    .when(saying({ words: sealed('sealed anew') }))
    .nothing(),
);

test('a report from before words were sealed is read as it was said', (t) => {
  const { words: _words, ...about } = report;
  const said = { description: 'The cable does not fit my phone', images: [picture] };
  const data = { issueId, ...about, ...said, at };
  const stored = { category: 'rentalissue', type: reported.type, schemaVersion: 1, data };
  const lifted = { type: reported.type, data: { issueId, ...about, words: said, at } };
  t.deepEqual(decodeEvent(stored), E.right(lifted));
});

test('an issue is resolved once', issues.given(reported).when(resolve).thenOnce(resolved));

test(
  'what was never reported cannot be resolved',
  issues.given().when(resolve).refuses({ kind: 'RentalIssueUnknown' }),
);

test('a report has at most five pictures, each behind an https address', (t) => {
  t.true(IssuePictures.is(Array.from({ length: 5 }, () => picture)));
  t.false(IssuePictures.is(Array.from({ length: 6 }, () => picture)));
  t.false(IssuePictures.is(['http://files.example/cable.jpg']));
  t.false(IssuePictures.is(['https://files.example/a picture.jpg']));
});
