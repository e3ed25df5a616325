/** What does not fit, in words for the operator. */
export class PageDamage extends Error {
  override readonly name = 'PageDamage';
}
