/** What the sandbox's host sends by itself: `{"reference": "…"}`. Undefined for anything else. */
export const readNotice = (text: string): string | undefined => {
  try {
    const { reference } = JSON.parse(text) as { reference?: unknown };
    return typeof reference === 'string' && reference.length <= 64 ? reference : undefined;
  } catch {
    return undefined;
  }
};
