import { useTranslation } from 'react-i18next';
import { useDocumentTitle } from '../common/Page';
import { Gate } from './Gate';

export default function SetupPage() {
  const { t } = useTranslation('app');
  useDocumentTitle(t('setup.title'));
  return <Gate title={t('setup.title')}>{null}</Gate>;
}
