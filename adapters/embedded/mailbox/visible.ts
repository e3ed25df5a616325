/**
 * Characters that are not seen but act: they move a terminal's cursor, or turn the text around that
 * follows. Line feeds and tabs stay, and the two joiners without which Nepali cannot be written.
 */
const acting = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The text as a person may be shown it; what acts becomes a mark. */
export const visible = (text: string): string =>
  text.replaceAll('\r\n', '\n').replaceAll(acting, '\ufffd');
