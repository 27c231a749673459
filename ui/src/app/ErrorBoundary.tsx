import { Button, Code } from '@mantine/core';
import { IconBug } from '@tabler/icons-react';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../common/EmptyState';

interface Props {
  /** Where the page is; elsewhere is another page, which may be well. */
  place: string;
  children: ReactNode;
}

interface State {
  fault: unknown;
  place: string;
}

/** Keeps a page's fault to the page. Pages that are well are not remounted when the place changes. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { fault: undefined, place: this.props.place };

  static getDerivedStateFromError(fault: unknown) {
    return { fault };
  }

  static getDerivedStateFromProps({ place }: Props, state: State): State | null {
    return place === state.place ? null : { fault: undefined, place };
  }

  override render() {
    return this.state.fault === undefined ? this.props.children : <Fault fault={this.state.fault} />;
  }
}

function Fault({ fault }: { fault: unknown }) {
  const { t } = useTranslation('app');
  // A new version of the page has other files, and this tab still asks for the old ones.
  const outdated = fault instanceof TypeError && /dynamically imported module|module script/i.test(fault.message);
  return (
    <div role="alert" style={{ display: 'contents' }}>
      <EmptyState
        icon={<IconBug size={26} />}
        title={outdated ? t('fault.outdated') : t('fault.title')}
        action={<Button onClick={() => window.location.reload()}>{t('fault.reload')}</Button>}
      >
        <p>{outdated ? t('fault.outdatedText') : t('fault.text')}</p>
        {!outdated && <Code block>{fault instanceof Error ? fault.message : String(fault)}</Code>}
      </EmptyState>
    </div>
  );
}
