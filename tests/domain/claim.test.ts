import test from 'ava';
import { claim } from '../../domain/claim/index.js';
import { instant } from '../../domain/shared/instant.js';
import { specOf } from '../support/decider-spec.js';

const claims = specOf(claim);
const at = instant('2026-03-01T04:00:00Z');
const claimed = { type: 'NameClaimed', data: { bearer: 'KTM001', at } } as const;
const released = { type: 'NameReleased', data: { bearer: 'KTM001', at } } as const;

test(
  'a free name is claimed, and claiming it again adds nothing',
  claims.given().when({ type: 'ClaimName', bearer: 'KTM001', at }).thenOnce(claimed),
);

test(
  'a name that another bears is refused, and says whose it is',
  claims
    .given(claimed)
    .when({ type: 'ClaimName', bearer: 'PKR001', at })
    .refuses({ kind: 'NameTaken', bearer: 'KTM001' }),
);

test(
  'its bearer gives it back',
  claims.given(claimed).when({ type: 'ReleaseName', bearer: 'KTM001', at }).thenOnce(released),
);

test(
  'nobody else gives it back',
  claims.given(claimed).when({ type: 'ReleaseName', bearer: 'PKR001', at }).nothing(),
);

test(
  'a name that was given back is free',
  claims
    .given(claimed, released)
    .when({ type: 'ClaimName', bearer: 'PKR001', at })
    .then({ type: 'NameClaimed', data: { bearer: 'PKR001', at } }),
);
