import type { RJSFSchema } from '@rjsf/utils';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

type Property = Exclude<NonNullable<RJSFSchema['properties']>[string], boolean>;
type Text = (key: string, or: string | undefined) => string | undefined;

function ofProperty(name: string, property: Property, text: Text): Property {
  const { oneOf } = property;
  return {
    ...property,
    title: text(`${name}.title`, property.title),
    ...(property.description === undefined ? {} : { description: text(`${name}.description`, property.description) }),
    ...(oneOf === undefined
      ? {}
      : {
          oneOf: oneOf.map((choice) =>
            typeof choice === 'object' && typeof choice.const === 'string'
              ? { ...choice, title: text(`${name}.choices.${choice.const}`, choice.title) }
              : choice,
          ),
        }),
  };
}

/** A schema with its texts in another language, where `text` knows them; what it does not know stays as it is. */
export function translated(schema: RJSFSchema, text: Text): RJSFSchema {
  return {
    ...schema,
    properties: Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([name, property]) => [
        name,
        typeof property === 'object' ? ofProperty(name, property, text) : property,
      ]),
    ),
  };
}

/** Plugins bring their texts in English; those that come with Vigil are known by their keys. */
export function useTranslated(schema: RJSFSchema, provider: string | undefined): RJSFSchema {
  const { t, i18n } = useTranslation('schema');
  const { language } = i18n;
  return useMemo(
    () =>
      provider === undefined || language === 'en'
        ? schema
        : translated(schema, (key, or) => t(`${provider}.${key}`, { defaultValue: or ?? '' }) || or),
    [schema, provider, language, t],
  );
}

/** What a provider calls itself, in the language that is spoken where that is known. */
export function useProvided(kind: string): <P extends { id: string; name: string; description: string }>(provider: P) => P {
  const { t, i18n } = useTranslation('schema');
  return (provider) => {
    const text = (name: 'name' | 'description') =>
      i18n.language === 'en'
        ? provider[name]
        : t(`${kind}.${provider.id}.provider.${name}`, { defaultValue: provider[name] });
    return { ...provider, name: text('name'), description: text('description') };
  };
}
