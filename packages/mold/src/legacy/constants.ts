/** Constants of the legacy model, with the digits that its figures were made with. */

/** Gas constant in J/(mol K). */
export const GAS_CONSTANT = 8.314462618;

/** Molar masses in kg/mol. */
export const WATER_KG_PER_MOL = 0.01801528;
export const PENTANE_KG_PER_MOL = 0.07215;

/** Pressure in Pa at which the volume of gas in the foam is taken, whatever the pressure in the cavity. */
export const STANDARD_PRESSURE_PA = 101325;

/** Density of condensed water in kg/m³. */
export const WATER_KG_PER_M3 = 1000;

/** 0 °C in K. */
export const ICE_POINT_K = 273.15;

/** Rates and pressures never see a lower temperature, in K. */
export const COLDEST_K = 250;

/** Neither foam nor mould gets so hot, in K: what does has run away. */
export const HOTTEST_K = 1e4;

/** A system without pentane has this much, in mol: the figures of the existing twin were made so. */
export const PENTANE_TRACE_MOL = 1e-6;

/** A vent that is this far closed counts as closed. */
export const CLOSED_VENT_EFFICIENCY = 0.1;

/** Conversions at which cup tests read their times. */
export const REACTION_STAGES = { cream: 0.05, gel: 0.35, rise: 0.75, tackFree: 0.92 } as const;
