import * as t from 'io-ts';

/** A codec that reads an absent value as its default, so that no handler has to. */
export class DefaultType<C extends t.Mixed> extends t.Type<t.TypeOf<C>, t.OutputOf<C>, unknown> {
  readonly _tag = 'DefaultType' as const;

  constructor(
    readonly type: C,
    readonly absent: t.TypeOf<C>,
  ) {
    super(
      `Default<${type.name}>`,
      type.is,
      (input, context) => (input === undefined ? t.success(absent) : type.validate(input, context)),
      type.encode,
    );
  }
}

export const withDefault = <C extends t.Mixed>(type: C, absent: t.TypeOf<C>): DefaultType<C> =>
  new DefaultType(type, absent);
