// Fourier transforms by the system's FFTW
export {
  FFTW_INSTALL_HINT,
  type Fftw,
  type FftwField,
  type FftwPlan,
  type FftwPlanOptions,
  findFftw,
  loadFftw,
} from "./fftw.ts";
