/**
 * The units that domains name. Each is a type and a function of one meaning: `Kilometre` is the number, `kilometre()` the
 * schema of a field, `kilometre(80)` a value. Others are made with `unit` where they are needed.
 */
import type { Quantity } from "../quantity.ts";
import { type Unit, unit } from "./unit.ts";

// Pure numbers and levels
/** Pure number. */
export type Ratio = Quantity<"1">;
/** The unit of pure numbers. */
export const ratio: Unit<"1"> = unit("1");
/** Number of %. */
export type Percent = Quantity<"%">;
/** The unit %. */
export const percent: Unit<"%"> = unit("%");
/** Number of dB. */
export type Decibel = Quantity<"dB">;
/** The unit dB. */
export const decibel: Unit<"dB"> = unit("dB");
/** Number of dBm. */
export type Dbm = Quantity<"dBm">;
/** The unit dBm. */
export const dbm: Unit<"dBm"> = unit("dBm");
/** Number of dB/km. */
export type DecibelPerKilometre = Quantity<"dB/km">;
/** The unit dB/km. */
export const decibelPerKilometre: Unit<"dB/km"> = unit("dB/km");

// Length, area, volume
/** Number of m. */
export type Metre = Quantity<"m">;
/** The unit m. */
export const metre: Unit<"m"> = unit("m");
/** Number of km. */
export type Kilometre = Quantity<"km">;
/** The unit km. */
export const kilometre: Unit<"km"> = unit("km");
/** Number of mm. */
export type Millimetre = Quantity<"mm">;
/** The unit mm. */
export const millimetre: Unit<"mm"> = unit("mm");
/** Number of um. */
export type Micrometre = Quantity<"um">;
/** The unit um. */
export const micrometre: Unit<"um"> = unit("um");
/** Number of nm. */
export type Nanometre = Quantity<"nm">;
/** The unit nm. */
export const nanometre: Unit<"nm"> = unit("nm");
/** Number of m^2. */
export type SquareMetre = Quantity<"m^2">;
/** The unit m^2. */
export const squareMetre: Unit<"m^2"> = unit("m^2");
/** Number of um^2. */
export type SquareMicrometre = Quantity<"um^2">;
/** The unit um^2. */
export const squareMicrometre: Unit<"um^2"> = unit("um^2");
/** Number of m^3. */
export type CubicMetre = Quantity<"m^3">;
/** The unit m^3. */
export const cubicMetre: Unit<"m^3"> = unit("m^3");
/** Number of L. */
export type Litre = Quantity<"L">;
/** The unit L. */
export const litre: Unit<"L"> = unit("L");

// Time and rates
/** Number of s. */
export type Second = Quantity<"s">;
/** The unit s. */
export const second: Unit<"s"> = unit("s");
/** Number of ms. */
export type Millisecond = Quantity<"ms">;
/** The unit ms. */
export const millisecond: Unit<"ms"> = unit("ms");
/** Number of us. */
export type Microsecond = Quantity<"us">;
/** The unit us. */
export const microsecond: Unit<"us"> = unit("us");
/** Number of ns. */
export type Nanosecond = Quantity<"ns">;
/** The unit ns. */
export const nanosecond: Unit<"ns"> = unit("ns");
/** Number of ps. */
export type Picosecond = Quantity<"ps">;
/** The unit ps. */
export const picosecond: Unit<"ps"> = unit("ps");
/** Number of min. */
export type Minute = Quantity<"min">;
/** The unit min. */
export const minute: Unit<"min"> = unit("min");
/** Number of Hz. */
export type Hertz = Quantity<"Hz">;
/** The unit Hz. */
export const hertz: Unit<"Hz"> = unit("Hz");
/** Number of MHz. */
export type Megahertz = Quantity<"MHz">;
/** The unit MHz. */
export const megahertz: Unit<"MHz"> = unit("MHz");
/** Number of GHz. */
export type Gigahertz = Quantity<"GHz">;
/** The unit GHz. */
export const gigahertz: Unit<"GHz"> = unit("GHz");
/** Number of THz. */
export type Terahertz = Quantity<"THz">;
/** The unit THz. */
export const terahertz: Unit<"THz"> = unit("THz");
/** Number of Bd. */
export type Baud = Quantity<"Bd">;
/** The unit Bd. */
export const baud: Unit<"Bd"> = unit("Bd");
/** Number of GBd. */
export type Gigabaud = Quantity<"GBd">;
/** The unit GBd. */
export const gigabaud: Unit<"GBd"> = unit("GBd");
/** Number of 1/s. */
export type PerSecond = Quantity<"1/s">;
/** The unit 1/s. */
export const perSecond: Unit<"1/s"> = unit("1/s");
/** Number of bit. */
export type Bit = Quantity<"bit">;
/** The unit bit. */
export const bit: Unit<"bit"> = unit("bit");
/** Number of bit/s. */
export type BitPerSecond = Quantity<"bit/s">;
/** The unit bit/s. */
export const bitPerSecond: Unit<"bit/s"> = unit("bit/s");
/** Number of Gbit/s. */
export type GigabitPerSecond = Quantity<"Gbit/s">;
/** The unit Gbit/s. */
export const gigabitPerSecond: Unit<"Gbit/s"> = unit("Gbit/s");
/** Number of rad. */
export type Radian = Quantity<"rad">;
/** The unit rad. */
export const radian: Unit<"rad"> = unit("rad");
/** Number of deg. */
export type Degree = Quantity<"deg">;
/** The unit deg. */
export const degree: Unit<"deg"> = unit("deg");
/** Number of rad/s. */
export type RadianPerSecond = Quantity<"rad/s">;
/** The unit rad/s. */
export const radianPerSecond: Unit<"rad/s"> = unit("rad/s");

// Power and light in fibres
/** Number of W. */
export type Watt = Quantity<"W">;
/** The unit W. */
export const watt: Unit<"W"> = unit("W");
/** Number of mW. */
export type Milliwatt = Quantity<"mW">;
/** The unit mW. */
export const milliwatt: Unit<"mW"> = unit("mW");
/** Number of sqrt(W). */
export type SqrtWatt = Quantity<"sqrt(W)">;
/** The unit sqrt(W). */
export const sqrtWatt: Unit<"sqrt(W)"> = unit("sqrt(W)");
/** Number of W/Hz. */
export type WattPerHertz = Quantity<"W/Hz">;
/** The unit W/Hz. */
export const wattPerHertz: Unit<"W/Hz"> = unit("W/Hz");
/** Number of 1/km. */
export type PerKilometre = Quantity<"1/km">;
/** The unit 1/km. */
export const perKilometre: Unit<"1/km"> = unit("1/km");
/** Number of 1/(W m). */
export type PerWattMetre = Quantity<"1/(W m)">;
/** The unit 1/(W m). */
export const perWattMetre: Unit<"1/(W m)"> = unit("1/(W m)");
/** Number of 1/(W km). */
export type PerWattKilometre = Quantity<"1/(W km)">;
/** The unit 1/(W km). */
export const perWattKilometre: Unit<"1/(W km)"> = unit("1/(W km)");
/** Number of ps/(nm km). */
export type PicosecondPerNanometreKilometre = Quantity<"ps/(nm km)">;
/** The unit ps/(nm km). */
export const picosecondPerNanometreKilometre: Unit<"ps/(nm km)"> = unit("ps/(nm km)");
/** Number of ps/(nm^2 km). */
export type PicosecondPerSquareNanometreKilometre = Quantity<"ps/(nm^2 km)">;
/** The unit ps/(nm^2 km). */
export const picosecondPerSquareNanometreKilometre: Unit<"ps/(nm^2 km)"> = unit("ps/(nm^2 km)");
/** Number of s^2/m. */
export type SquareSecondPerMetre = Quantity<"s^2/m">;
/** The unit s^2/m. */
export const squareSecondPerMetre: Unit<"s^2/m"> = unit("s^2/m");
/** Number of s^3/m. */
export type CubicSecondPerMetre = Quantity<"s^3/m">;
/** The unit s^3/m. */
export const cubicSecondPerMetre: Unit<"s^3/m"> = unit("s^3/m");
/** Number of ps/sqrt(km). */
export type PicosecondPerSqrtKilometre = Quantity<"ps/sqrt(km)">;
/** The unit ps/sqrt(km). */
export const picosecondPerSqrtKilometre: Unit<"ps/sqrt(km)"> = unit("ps/sqrt(km)");

// Electricity
/** Number of V. */
export type Volt = Quantity<"V">;
/** The unit V. */
export const volt: Unit<"V"> = unit("V");
/** Number of A. */
export type Ampere = Quantity<"A">;
/** The unit A. */
export const ampere: Unit<"A"> = unit("A");
/** Number of ohm. */
export type Ohm = Quantity<"ohm">;
/** The unit ohm. */
export const ohm: Unit<"ohm"> = unit("ohm");
/** Number of A/W. */
export type AmperePerWatt = Quantity<"A/W">;
/** The unit A/W. */
export const amperePerWatt: Unit<"A/W"> = unit("A/W");

// Mass, pressure, heat
/** Number of kg. */
export type Kilogram = Quantity<"kg">;
/** The unit kg. */
export const kilogram: Unit<"kg"> = unit("kg");
/** Number of g. */
export type Gram = Quantity<"g">;
/** The unit g. */
export const gram: Unit<"g"> = unit("g");
/** Number of kg/m^3. */
export type KilogramPerCubicMetre = Quantity<"kg/m^3">;
/** The unit kg/m^3. */
export const kilogramPerCubicMetre: Unit<"kg/m^3"> = unit("kg/m^3");
/** Number of kg/m^2. */
export type KilogramPerSquareMetre = Quantity<"kg/m^2">;
/** The unit kg/m^2. */
export const kilogramPerSquareMetre: Unit<"kg/m^2"> = unit("kg/m^2");
/** Number of kg/mol. */
export type KilogramPerMole = Quantity<"kg/mol">;
/** The unit kg/mol. */
export const kilogramPerMole: Unit<"kg/mol"> = unit("kg/mol");
/** Number of phr. */
export type PartPerHundred = Quantity<"phr">;
/** The unit phr. */
export const partPerHundred: Unit<"phr"> = unit("phr");
/** Number of Pa. */
export type Pascal = Quantity<"Pa">;
/** The unit Pa. */
export const pascal: Unit<"Pa"> = unit("Pa");
/** Number of kPa. */
export type Kilopascal = Quantity<"kPa">;
/** The unit kPa. */
export const kilopascal: Unit<"kPa"> = unit("kPa");
/** Number of MPa. */
export type Megapascal = Quantity<"MPa">;
/** The unit MPa. */
export const megapascal: Unit<"MPa"> = unit("MPa");
/** Number of bar. */
export type Bar = Quantity<"bar">;
/** The unit bar. */
export const bar: Unit<"bar"> = unit("bar");
/** Number of Pa s. */
export type PascalSecond = Quantity<"Pa s">;
/** The unit Pa s. */
export const pascalSecond: Unit<"Pa s"> = unit("Pa s");
/** Number of K. */
export type Kelvin = Quantity<"K">;
/** The unit K. */
export const kelvin: Unit<"K"> = unit("K");
/** Number of degC. */
export type Celsius = Quantity<"degC">;
/** The unit degC. */
export const celsius: Unit<"degC"> = unit("degC");
/** Number of 1/K. */
export type PerKelvin = Quantity<"1/K">;
/** The unit 1/K. */
export const perKelvin: Unit<"1/K"> = unit("1/K");
/** Number of J. */
export type Joule = Quantity<"J">;
/** The unit J. */
export const joule: Unit<"J"> = unit("J");
/** Number of J/kg. */
export type JoulePerKilogram = Quantity<"J/kg">;
/** The unit J/kg. */
export const joulePerKilogram: Unit<"J/kg"> = unit("J/kg");
/** Number of J/(kg K). */
export type JoulePerKilogramKelvin = Quantity<"J/(kg K)">;
/** The unit J/(kg K). */
export const joulePerKilogramKelvin: Unit<"J/(kg K)"> = unit("J/(kg K)");
/** Number of J/mol. */
export type JoulePerMole = Quantity<"J/mol">;
/** The unit J/mol. */
export const joulePerMole: Unit<"J/mol"> = unit("J/mol");
/** Number of J/(mol K). */
export type JoulePerMoleKelvin = Quantity<"J/(mol K)">;
/** The unit J/(mol K). */
export const joulePerMoleKelvin: Unit<"J/(mol K)"> = unit("J/(mol K)");
/** Number of W/(m K). */
export type WattPerMetreKelvin = Quantity<"W/(m K)">;
/** The unit W/(m K). */
export const wattPerMetreKelvin: Unit<"W/(m K)"> = unit("W/(m K)");
/** Number of W/(m^2 K). */
export type WattPerSquareMetreKelvin = Quantity<"W/(m^2 K)">;
/** The unit W/(m^2 K). */
export const wattPerSquareMetreKelvin: Unit<"W/(m^2 K)"> = unit("W/(m^2 K)");
/** Number of mol. */
export type Mole = Quantity<"mol">;
/** The unit mol. */
export const mole: Unit<"mol"> = unit("mol");
/** Number of mol/m^3. */
export type MolePerCubicMetre = Quantity<"mol/m^3">;
/** The unit mol/m^3. */
export const molePerCubicMetre: Unit<"mol/m^3"> = unit("mol/m^3");
/** Number of m^3/(s Pa). */
export type CubicMetrePerSecondPascal = Quantity<"m^3/(s Pa)">;
/** The unit m^3/(s Pa). */
export const cubicMetrePerSecondPascal: Unit<"m^3/(s Pa)"> = unit("m^3/(s Pa)");

// Particles
/** Number of eV. */
export type Electronvolt = Quantity<"eV">;
/** The unit eV. */
export const electronvolt: Unit<"eV"> = unit("eV");
/** Number of MeV. */
export type MegaElectronvolt = Quantity<"MeV">;
/** The unit MeV. */
export const megaElectronvolt: Unit<"MeV"> = unit("MeV");
/** Number of GeV. */
export type GigaElectronvolt = Quantity<"GeV">;
/** The unit GeV. */
export const gigaElectronvolt: Unit<"GeV"> = unit("GeV");
/** Number of GeV^2. */
export type SquareGigaElectronvolt = Quantity<"GeV^2">;
/** The unit GeV^2. */
export const squareGigaElectronvolt: Unit<"GeV^2"> = unit("GeV^2");
/** Number of GeV^-1. */
export type PerGigaElectronvolt = Quantity<"GeV^-1">;
/** The unit GeV^-1. */
export const perGigaElectronvolt: Unit<"GeV^-1"> = unit("GeV^-1");
