/**
 * Texts that come in great numbers and differ in a few places only, such as the events of one kind of request: what they
 * have in common is there once, and a text is made of it only where somebody wants to read it.
 */

/** What texts have in common: the pieces between the places where they differ. Two forms are one if they are the same object. */
export interface TextForm {
  readonly pieces: readonly string[];
}

/**
 * A form with its places filled: one value less than there are pieces. In JSON text a value stands inside a string, as it is
 * written there without any escape, or is a number.
 */
export class FilledText {
  readonly form: TextForm;
  readonly values: readonly string[];

  constructor(form: TextForm, values: readonly string[]) {
    this.form = form;
    this.values = values;
  }

  /** As of the text it makes. */
  get length(): number {
    let length = 0;
    for (const piece of this.form.pieces) length += piece.length;
    for (const value of this.values) length += value.length;
    return length;
  }

  toString(): string {
    const { pieces } = this.form;
    let text = pieces[0] ?? '';
    for (let i = 1; i < pieces.length; i++) text += `${this.values[i - 1]}${pieces[i]}`;
    return text;
  }

  /** Whoever writes it as JSON sees the text. */
  toJSON(): string {
    return this.toString();
  }
}
