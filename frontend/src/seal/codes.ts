/** Codes of statements in words: document types (UN/EDIFACT 1001, which WCO uses) and reasons for a revocation. */

type Pair = readonly [string, string];

const DOCUMENTS: Record<string, Pair> = {
    "271": ["Packing list", "Liste de colisage"],
    "325": ["Pro forma invoice", "Facture pro forma"],
    "380": ["Commercial invoice", "Facture commerciale"],
    "703": ["House waybill", "Lettre de transport du groupeur"],
    "705": ["Bill of lading", "Connaissement"],
    "730": ["Road consignment note", "Lettre de voiture routière"],
    "740": ["Air waybill", "Lettre de transport aérien"],
    "785": ["Cargo manifest", "Manifeste de cargaison"],
    "811": ["Export licence", "Licence d'exportation"],
    "830": ["Export declaration", "Déclaration d'exportation"],
    "851": ["Phytosanitary certificate", "Certificat phytosanitaire"],
    "852": ["Sanitary certificate", "Certificat sanitaire"],
    "853": ["Veterinary certificate", "Certificat vétérinaire"],
    "861": ["Certificate of origin", "Certificat d'origine"],
    "862": ["Declaration of origin", "Déclaration d'origine"],
    "911": ["Import licence", "Licence d'importation"],
    "929": ["Import declaration", "Déclaration d'importation"],
    "952": ["TIR carnet", "Carnet TIR"],
    "954": ["Movement certificate EUR.1", "Certificat de circulation EUR.1"],
    "955": ["ATA carnet", "Carnet ATA"],
};

/** The codes and words of passavant.sealing.statements.REASONS. */
const REASONS: Record<string, Pair> = {
    issued_in_error: ["issued in error", "délivré par erreur"],
    cancelled: ["the operation was cancelled", "opération annulée"],
    obtained_by_fraud: ["obtained by fraud", "obtenu par fraude"],
    lost_or_stolen: ["the original was lost or stolen", "original perdu ou volé"],
    key_compromised: ["the issuer's key was compromised", "clé de l'émetteur compromise"],
    other: ["another reason; ask the issuer", "autre motif ; s'adresser à l'émetteur"],
};

/** Return a document type in words with its code; the code alone when it is not known here. */
export function documentType(code: string, column: 0 | 1): string {
    const words = DOCUMENTS[code]?.[column];
    return words ? `${words} (${code})` : code;
}

/** Return a revocation's reason in words; the code itself when it is not known here. */
export function revocationReason(code: string, column: 0 | 1): string {
    return REASONS[code]?.[column] ?? code;
}
