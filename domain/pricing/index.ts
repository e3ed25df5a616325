/** Prices, fees and payment plans: pure functions, exact until the one rounding (P-031). */
export * from './charges.js';
export * from './late-fee.js';
export * from './payment.js';
export * from './terms.js';
