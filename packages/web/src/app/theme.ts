// Mantine drawn with our values: it brings behaviour (focus, keyboard, layers), the look is styles/tokens.css.
import {
  ActionIcon,
  Button,
  type CSSVariablesResolver,
  createTheme,
  Input,
  Menu,
  Modal,
  Popover,
  Portal,
  Select,
  Tooltip,
} from '@mantine/core';

const ACCENT = [
  '#e3eef7',
  '#c4dcf0',
  '#9fc8ea',
  '#74b4ec',
  '#74b4ec',
  '#3584c4',
  '#1a6db0',
  '#0a5a9c',
  '#084b83',
  '#063c69',
] as const;

const layer = { transitionProps: { duration: 120, transition: 'fade' } } as const;

export const theme = createTheme({
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  headings: { fontFamily: 'var(--font)', fontWeight: '600' },
  colors: { accent: ACCENT },
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  defaultRadius: 6,
  cursorType: 'pointer',
  respectReducedMotion: true,
  spacing: { xs: '4px', sm: '8px', md: '16px', lg: '24px', xl: '32px' },
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '15px', xl: '18px' },
  components: {
    Portal: Portal.extend({ defaultProps: { target: '#layers' } }),
    Button: Button.extend({ defaultProps: { variant: 'default', size: 'md' } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray', size: 44 } }),
    Input: Input.extend({ defaultProps: { size: 'md' } }),
    // Every field here is needed: a mark beside each says nothing.
    InputWrapper: Input.Wrapper.extend({ defaultProps: { withAsterisk: false } }),
    Select: Select.extend({ defaultProps: { allowDeselect: false, checkIconPosition: 'right' } }),
    Modal: Modal.extend({
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45 }, ...layer },
    }),
    Menu: Menu.extend({ defaultProps: { shadow: 'md', position: 'bottom-end', ...layer } }),
    Popover: Popover.extend({ defaultProps: { shadow: 'md', ...layer } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 400, withArrow: false } }),
  },
});

const scheme = {
  '--mantine-color-body': 'var(--surface)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-bright': 'var(--text)',
  '--mantine-color-dimmed': 'var(--text-2)',
  '--mantine-color-placeholder': 'var(--text-3)',
  '--mantine-color-anchor': 'var(--accent)',
  '--mantine-color-default': 'var(--surface)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-default-color': 'var(--text)',
  '--mantine-color-default-border': 'var(--line-strong)',
  '--mantine-color-error': 'var(--bad)',
  '--mantine-color-accent-filled': 'var(--accent)',
  '--mantine-color-accent-filled-hover': 'var(--accent-hover)',
  '--mantine-color-accent-text': 'var(--accent)',
  '--mantine-color-accent-light': 'var(--accent-soft)',
  '--mantine-color-gray-text': 'var(--text-2)',
  '--mantine-color-gray-light-color': 'var(--text-2)',
  '--mantine-color-gray-light-hover': 'var(--hover)',
  '--mantine-primary-color-contrast': 'var(--accent-text)',
};

export const themeVariables: CSSVariablesResolver = () => ({
  variables: { '--mantine-shadow-md': 'var(--shadow)', '--mantine-line-height': '1.5' },
  light: scheme,
  dark: scheme,
});
