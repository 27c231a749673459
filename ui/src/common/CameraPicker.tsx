import { MultiSelect, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useCameras } from '../api/queries';

interface Common {
  label?: string;
  placeholder?: string;
  className?: string;
  size?: 'xs' | 'sm' | 'md';
}

interface One extends Common {
  multiple?: false;
  value: string | null;
  onChange: (id: string | null) => void;
}

interface Many extends Common {
  multiple: true;
  value: string[];
  onChange: (ids: string[]) => void;
  maxValues?: number;
}

/** One camera by its name, or several. */
export function CameraPicker(props: One | Many) {
  const { t } = useTranslation();
  const data = useCameras().map(({ id, name }) => ({ value: id, label: name }));
  const shared = {
    data,
    searchable: true,
    size: props.size ?? 'sm',
    className: props.className,
    label: props.label,
    'aria-label': props.label === undefined ? t('cameraPicker.label') : undefined,
    placeholder: props.placeholder ?? t('cameraPicker.placeholder'),
    nothingFoundMessage: t('cameraPicker.nothing'),
  };
  return props.multiple ? (
    <MultiSelect
      {...shared}
      placeholder={props.value.length > 0 ? undefined : shared.placeholder}
      value={props.value}
      onChange={props.onChange}
      maxValues={props.maxValues}
      clearable
    />
  ) : (
    <Select {...shared} value={props.value} onChange={props.onChange} />
  );
}
