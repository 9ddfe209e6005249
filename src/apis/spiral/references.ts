/** `clientId` as the gateway assigns it (section 2.5). */
export const isClientId = (text: string): boolean => /^[A-Za-z0-9_.-]{1,40}$/.test(text);

/**
 * A reference that a merchant may take: 1 to 25 of `A-Za-z0-9_-`, and no `_` among the last three, because a link's
 * attempts take `<reference>_01` and so on (sections 2.5, 15.4).
 */
export const isNewReference = (text: string): boolean => isReference(text) && !text.slice(-3).includes('_');

/** The same for a link, 1 to 22: its attempts need the other three. */
export const isNewLinkReference = (text: string): boolean => isNewReference(text) && text.length <= 22;

/** A reference that may exist, so that it can be asked for (section 2.5). */
export const isReference = (text: string): boolean => /^[A-Za-z0-9_-]{1,25}$/.test(text);
