/**
 * The material systems that come with this package, as `examples/mold/systems.yaml` holds them: two reference systems and five
 * from suppliers' data sheets, which are not complete.
 */
import { type Catalogue, parseCatalogue } from "./catalogue.ts";

const DOCUMENTS: readonly unknown[] = [
  {
    system_id: "SYSTEM_R1",
    description: "Rigid reference system without pentane, parts of about 40 kg/m3",
    polyol: {
      name: "POLYOL-R1",
      oh_number_mgKOH_per_g: 250,
      functionality: 3,
      density_kg_per_m3: 1030,
      viscosity_mPa_s: 950,
      water_fraction: 0.015,
      pentane_fraction: 0,
      cream_time_s: 15,
      gel_time_s: 60,
      rise_time_s: 110,
      tack_free_time_s: 150,
    },
    isocyanate: {
      name: "ISO-31",
      nco_percent: 31,
      functionality: 2.7,
      density_kg_per_m3: 1230,
      viscosity_mPa_s: 200,
    },
    foam_targets: {
      rho_free_rise_target: 30,
      rho_moulded_target: 40,
    },
    mechanical_targets: {
      h_demold_target_shore: 43,
      h_24h_target_shore: 55,
    },
    metadata: {
      vendor: "Internal reference",
      documents: ["README Use Case 1"],
    },
  },
  {
    system_id: "SYSTEM_M1",
    description: "Rigid system rich in pentane, for shots with problem settings",
    polyol: {
      name: "POLYOL-M1",
      oh_number_mgKOH_per_g: 250,
      functionality: 3,
      density_kg_per_m3: 1015,
      viscosity_mPa_s: 1100,
      water_fraction: 0.02,
      pentane_fraction: 0.1,
      cream_time_s: 18,
      gel_time_s: 70,
      rise_time_s: 130,
      tack_free_time_s: 180,
    },
    isocyanate: {
      name: "ISO-31",
      nco_percent: 31,
      functionality: 2.7,
      density_kg_per_m3: 1230,
      viscosity_mPa_s: 200,
    },
    foam_targets: {
      rho_free_rise_target: 30,
      rho_moulded_target: 40,
    },
    mechanical_targets: {
      h_demold_target_shore: 36,
      h_24h_target_shore: 55,
    },
    metadata: {
      vendor: "Internal reference",
      documents: ["README Use Case 2"],
    },
  },
  {
    system_id: "elastoflex_w_5165_149",
    description: "BASF Elastoflex W 5165/149, moulded flexible foam for seat cushions and backrests",
    polyol: {
      name: "Elastoflex W 5165/149 A",
      oh_number_mgKOH_per_g: null,
      functionality: null,
      density_kg_per_m3: 1020,
      viscosity_mPa_s: null,
      water_fraction: null,
      pentane_fraction: null,
      cream_time_s: 11,
      gel_time_s: null,
      rise_time_s: 80,
      tack_free_time_s: null,
      metadata: {
        documents: ["Elastoflex_W_5165-149_TDS_BASF_2017-06-06"],
        reference_temperature_C: 23,
      },
    },
    isocyanate: {
      name: "ISO 135/144 B",
      nco_percent: 27.3,
      functionality: null,
      density_kg_per_m3: 1160,
      viscosity_mPa_s: 180,
      metadata: {
        reference_temperature_C: 25,
      },
    },
    foam_targets: {
      rho_free_rise_target: 46,
      rho_moulded_target: 52,
    },
    mechanical_targets: {
      h_demold_target_shore: null,
      h_24h_target_shore: null,
    },
    metadata: {
      application: {
        segment: ["office_seating", "general_seating"],
      },
      processing_recommendations: {
        component_temp_C: [23, 28],
        mould_temp_C: [40, 50],
        storage_temp_polyol_C: [20, 25],
        storage_temp_iso_C: [20, 25],
        mixing_ratio_A_B_by_weight_cup_test: [100, 74],
        mixing_ratio_A_B_by_weight_polymer_data: [100, 78],
      },
      source: {
        tds_url: "https://magpolkimya.com/files/Elastoflex%20W%205165-149%20TDS.pdf",
      },
    },
  },
  {
    system_id: "elastoflex_w_5165_150",
    description: "BASF Elastoflex W 5165/150, moulded flexible foam for automotive seats",
    polyol: {
      name: "Elastoflex W 5165/150 A",
      oh_number_mgKOH_per_g: null,
      functionality: null,
      density_kg_per_m3: 1023,
      viscosity_mPa_s: 1150,
      water_fraction: null,
      pentane_fraction: null,
      cream_time_s: 14,
      gel_time_s: null,
      rise_time_s: 89,
      tack_free_time_s: null,
      metadata: {
        documents: ["Elastoflex_W_5165-150_TDS_BASF_2019-09-17"],
        reference_temperature_C: 23,
      },
    },
    isocyanate: {
      name: "ISO 135/144 B",
      nco_percent: 27.1,
      functionality: null,
      density_kg_per_m3: 1160,
      viscosity_mPa_s: 180,
      metadata: {
        reference_temperature_C: 25,
      },
    },
    foam_targets: {
      rho_free_rise_target: 48,
      rho_moulded_target: null,
    },
    mechanical_targets: {
      h_demold_target_shore: null,
      h_24h_target_shore: null,
    },
    metadata: {
      processing_recommendations: {
        component_temp_C: [23, 23],
        mould_temp_C: null,
        mixing_ratio_A_B_by_weight_cup_test: [100, 65],
      },
      source: {
        tds_url: "https://magpolkimya.com/files/Elastoflex%20W%205165-150%20TDS%281%29.pdf",
      },
    },
  },
  {
    system_id: "dekolast_8if",
    description: "Dekolast 8IF, integral skin for steering wheels, saddles, seats, chair arms and filters",
    polyol: {
      name: "Dekolast 8IF A",
      oh_number_mgKOH_per_g: null,
      functionality: null,
      density_kg_per_m3: null,
      viscosity_mPa_s: null,
      water_fraction: null,
      pentane_fraction: null,
      cream_time_s: null,
      gel_time_s: null,
      rise_time_s: null,
      tack_free_time_s: null,
      metadata: {
        reference_temperature_C: 20,
        reaction_times_s: {
          start_time_range: [20, 40],
          rise_time_range: [45, 65],
        },
      },
    },
    isocyanate: {
      name: "Dekolast 8IF B",
      nco_percent: null,
      functionality: null,
      density_kg_per_m3: null,
      viscosity_mPa_s: null,
    },
    foam_targets: {
      rho_free_rise_target: null,
      rho_moulded_target: null,
    },
    mechanical_targets: {
      h_demold_target_shore: null,
      h_24h_target_shore: null,
    },
    metadata: {
      processing_recommendations: {
        density_range_kg_per_m3: [350, 800],
        component_ratio_A_B_by_weight: [2.5, 1],
        suitable_moulds: ["open_moulds", "closed_moulds"],
        processing: ["machine", "manual"],
      },
      source: {
        datasheet_page: "https://www.osv.com.ua/en/polimery/dekolast-8if/",
      },
    },
  },
  {
    system_id: "fasipol_integral_30_45",
    description: "Fasipol Integral 30/45, semi-rigid integral skin for vehicle parts, furniture and machinery",
    polyol: {
      name: "Fasipol Integral 30/45 A",
      oh_number_mgKOH_per_g: null,
      functionality: null,
      density_kg_per_m3: null,
      viscosity_mPa_s: null,
      water_fraction: null,
      pentane_fraction: null,
      cream_time_s: null,
      gel_time_s: null,
      rise_time_s: null,
      tack_free_time_s: null,
      metadata: {
        documents: ["Fasipol_Integral_30-45_TDS_2025-05-23"],
        reference_temperature_C: 23,
      },
    },
    isocyanate: {
      name: "Fasipol Integral 30/45 B",
      nco_percent: null,
      functionality: null,
      density_kg_per_m3: null,
      viscosity_mPa_s: null,
    },
    foam_targets: {
      rho_free_rise_target: null,
      rho_moulded_target: 350,
    },
    mechanical_targets: {
      h_demold_target_shore: null,
      h_24h_target_shore: null,
    },
    metadata: {
      foam_properties: {
        density_core: 240,
        density_skin: 710,
        density_overall: 350,
        tensile_core_kg_cm2: 10,
        tensile_skin_kg_cm2: 70,
        elongation_core_pct: 120,
        elongation_skin_pct: 130,
        tear_kg_cm2: 13,
        hardness_shore_A: [30, 45],
      },
      source: {
        tds_url: "https://www.fasipol.it/images/Integrale_30-45-ENG.pdf",
      },
    },
  },
  {
    system_id: "fasipol_integral_75_85",
    description: "Fasipol Integral 75/85, semi-rigid integral skin for transport parts, in-mould coating",
    polyol: {
      name: "Fasipol Integral 75/85 A",
      oh_number_mgKOH_per_g: null,
      functionality: null,
      density_kg_per_m3: null,
      viscosity_mPa_s: null,
      water_fraction: null,
      pentane_fraction: null,
      cream_time_s: null,
      gel_time_s: null,
      rise_time_s: null,
      tack_free_time_s: null,
      metadata: {
        documents: ["Fasipol_Integral_75-85_TDS_2025-05-23"],
        reference_temperature_C: 23,
      },
    },
    isocyanate: {
      name: "Fasipol Integral 75/85 B",
      nco_percent: null,
      functionality: null,
      density_kg_per_m3: null,
      viscosity_mPa_s: null,
    },
    foam_targets: {
      rho_free_rise_target: null,
      rho_moulded_target: 400,
    },
    mechanical_targets: {
      h_demold_target_shore: null,
      h_24h_target_shore: null,
    },
    metadata: {
      foam_properties: {
        density_core: 330,
        density_skin: 800,
        density_overall: 400,
        tensile_core_kg_cm2: 24,
        tensile_skin_kg_cm2: 95,
        elongation_core_pct: 170,
        elongation_skin_pct: 180,
        hardness_shore_A: [75, 85],
        hardness_shore_D: [25, 45],
      },
      processing_recommendations: {
        molding_density_range_kg_per_m3: [300, 500],
      },
      source: {
        tds_url: "https://www.fasipol.it/images/Integrale_75-85-ENG.pdf",
      },
    },
  },
];

let systems: Catalogue | undefined;

/** Seven systems by id; read at the first call. */
export function builtInSystems(): Catalogue {
  systems ??= parseCatalogue(DOCUMENTS, "the built-in catalogue");
  return systems;
}
