/** Every sentence of the page, in English and in French. Placeholders are named: `{n}`. */

export const LANGUAGES = ["en", "fr"] as const;
export type Language = (typeof LANGUAGES)[number];

export const TEXTS = {
    // The page
    title: ["Check a sealed document", "Vérifier un document scellé"],
    service: ["Document seals", "Scellés de documents"],
    lead: [
        "Find out whether an organisation registered this exact file, and whether its seal is still good.",
        "Vérifiez si un organisme a enregistré ce fichier, à l'octet près, et si son scellé est toujours valable.",
    ],
    promise: [
        "Your files stay on this device: your browser computes their digest, and only its first five digits are sent. A protected document (its key comes from the receipt or the link), or a PDF with its receipt inside, has several digests: the first five digits of each are sent in turn, until one is found.",
        "Vos fichiers restent sur cet appareil : votre navigateur calcule leur empreinte et n'en envoie que les cinq premiers caractères. Un document protégé (sa clé vient du reçu ou du lien), ou un PDF qui contient son reçu, a plusieurs empreintes : les cinq premiers caractères de chacune sont envoyés tour à tour, jusqu'à ce que l'une soit trouvée.",
    ],
    drop: ["Drop files here", "Déposez des fichiers ici"],
    choose: ["Choose files", "Choisir des fichiers"],
    hint: [
        "Any type, any size, several at once. If you have a receipt (.tlog-proof), drop it together with its file.",
        "Tout type, toute taille, plusieurs à la fois. Si vous avez un reçu (.tlog-proof), déposez-le avec son fichier.",
    ],
    results: ["Results", "Résultats"],
    clear: ["Clear the results", "Effacer les résultats"],
    cleared: ["Results cleared.", "Résultats effacés."],
    switch: ["Français", "English"],
    languages: ["Language", "Langue"],
    noscript: [
        "This page computes digests in your browser and needs JavaScript. Next step: allow it for this page, or run: passavant verify FILE",
        "Cette page calcule les empreintes dans votre navigateur et a besoin de JavaScript. À faire : autorisez-le pour cette page, ou lancez : passavant verify FICHIER",
    ],
    about: ["What a result means", "Ce que dit un résultat"],
    about_registered: ["Registered", "Enregistré"],
    about_registered_text: [
        "An organisation put this file's digest on a public log, which can only grow. A seal says who and when; it does not say that what the document states is true.",
        "Un organisme a inscrit l'empreinte de ce fichier dans un journal public, qui ne peut que croître. Un scellé dit qui et quand ; il ne dit pas que le contenu du document est vrai.",
    ],
    about_unregistered: ["Not registered", "Non enregistré"],
    about_unregistered_text: [
        "Nobody registered this exact file. That proves nothing against the document: a scan, a printout or a copy saved again is another file.",
        "Personne n'a enregistré ce fichier, à l'octet près. Cela ne prouve rien contre le document : une numérisation, une impression ou une copie réenregistrée est un autre fichier.",
    ],
    about_trust: ["Without trusting this server", "Sans faire confiance à ce serveur"],
    about_trust_text: [
        "This page repeats what the log answers. With the receipt, anyone can check the proof without a network:",
        "Cette page rapporte ce que répond le journal. Avec le reçu, chacun peut vérifier la preuve sans réseau :",
    ],
    about_command: ["passavant verify FILE", "passavant verify FICHIER"],
    licences: ["Software licences", "Licences des logiciels"],

    // Links from QR codes
    link_document: ["Document named by the link", "Document désigné par le lien"],
    link_salt: [
        "The link you followed carries the key of one protected document. Drop that document below to check it.",
        "Le lien que vous avez suivi contient la clé d'un document protégé. Déposez ce document ci-dessous pour le vérifier.",
    ],
    link_drop: [
        "The link you followed names a document; its status is below. Drop the file you hold to see whether it is that document.",
        "Le lien que vous avez suivi désigne un document ; son état figure ci-dessous. Déposez le fichier que vous détenez pour savoir si c'est bien ce document.",
    ],
    link_damaged: [
        "The link you followed is damaged: it names no digest this page can read. Next step: scan the code again, or drop the file below.",
        "Le lien que vous avez suivi est abîmé : cette page n'y lit aucune empreinte. À faire : scannez de nouveau le code, ou déposez le fichier ci-dessous.",
    ],

    // On the way
    waiting: ["Waiting", "En attente"],
    hashing: ["Computing the digest on this device", "Calcul de l'empreinte sur cet appareil"],
    progress: ["Progress for {name}", "Avancement pour {name}"],
    done_of: ["{done} of {total}", "{done} sur {total}"],
    asking: ["Asking the log", "Consultation du journal"],
    cancel: ["Cancel", "Annuler"],
    cancel_file: ["Cancel {name}", "Annuler {name}"],
    started_one: ["Checking one file.", "Vérification d'un fichier."],
    started: ["Checking {n} files.", "Vérification de {n} fichiers."],
    announced: ["{name}: {result}.", "{name} : {result}."],

    // Results
    valid: ["Registered and valid", "Enregistré et valide"],
    superseded: ["Replaced by a newer document", "Remplacé par un document plus récent"],
    revoked: ["Revoked", "Révoqué"],
    expired: ["Expired", "Expiré"],
    several: ["Registered more than once: read each seal", "Enregistré plusieurs fois : lisez chaque scellé"],
    inside: ["Its sealed original is registered and valid", "Son original scellé est enregistré et valide"],
    unregistered: ["Not registered", "Non enregistré"],
    failed: ["Not checked", "Non vérifié"],
    cancelled: ["Cancelled", "Annulé"],
    what_file: ["this exact file", "ce fichier, à l'octet près"],
    what_inside: ["the sealed original inside this PDF", "l'original scellé que contient ce PDF"],
    valid_text: [
        "{issuer} registered {what}, and its seal is in force.",
        "{issuer} a enregistré {what}, et son scellé est en vigueur.",
    ],
    superseded_text: [
        "{issuer} registered {what} and has since replaced it. Ask for the newer document.",
        "{issuer} a enregistré {what}, puis l'a remplacé. Demandez le document plus récent.",
    ],
    revoked_text: [
        "{issuer} registered {what} and has since revoked its seal. Do not rely on it.",
        "{issuer} a enregistré {what}, puis en a révoqué le scellé. Ne vous y fiez pas.",
    ],
    expired_text: [
        "{issuer} registered {what}, for a time that is over. Ask for a current document.",
        "{issuer} a enregistré {what}, pour une durée désormais écoulée. Demandez un document à jour.",
    ],
    unregistered_text: [
        "No organisation registered this exact file; one changed byte is enough. This does not mean that the document is false.",
        "Aucun organisme n'a enregistré ce fichier, à l'octet près ; un seul octet modifié suffit. Cela ne veut pas dire que le document est faux.",
    ],
    unregistered_next: [
        "Next step: ask whoever gave it to you for the original file, and for its receipt if there is one.",
        "À faire : demandez à qui vous l'a remis le fichier d'origine, et son reçu s'il en existe un.",
    ],
    unregistered_link: [
        "No organisation registered the digest in this link. This does not mean that the document is false: the link may be damaged, or meant for another log.",
        "Aucun organisme n'a enregistré l'empreinte que donne ce lien. Cela ne veut pas dire que le document est faux : le lien peut être abîmé ou viser un autre journal.",
    ],
    seal_n: ["Seal {n} of {total}: {status}", "Scellé {n} sur {total} : {status}"],

    // A seal's lines
    issuer: ["Issuer", "Émetteur"],
    issued_at: ["Issued", "Émis le"],
    logged_at: ["Put on the log", "Inscrit au journal le"],
    doc_type: ["Type of document", "Type de document"],
    valid_until: ["Valid until", "Valable jusqu'au"],
    ended: ["Validity ended", "Fin de validité"],
    revoked_at: ["Revoked on", "Révoqué le"],
    reason: ["Reason", "Motif"],
    no_reason: ["none given", "non indiqué"],
    superseded_by: ["Replaced by", "Remplacé par"],
    show_newer: ["Show the status of the newer document", "Afficher l'état du document plus récent"],
    entry: ["Entry in the log", "Inscription au journal"],
    digest: ["SHA-256", "SHA-256"],
    salted: ["Salted digest (HMAC-SHA-256)", "Empreinte salée (HMAC-SHA-256)"],
    copy: ["Copy", "Copier"],
    copy_what: ["Copy: {what}", "Copier : {what}"],
    copied: ["Copied", "Copié"],
    as_of: [
        "According to the log {origin}, {n} entries, on {time}.",
        "D'après le journal {origin}, {n} inscriptions, le {time}.",
    ],
    protected: [
        "Protected seal: found with the key from the receipt or the link.",
        "Scellé protégé : trouvé avec la clé du reçu ou du lien.",
    ],
    link_same: ["This file is the document named by the link.", "Ce fichier est bien le document désigné par le lien."],
    link_other: [
        "This file is not the document named by the link.",
        "Ce fichier n'est pas le document désigné par le lien.",
    ],
    link_inside: [
        "The sealed original inside this PDF is the document named by the link.",
        "L'original scellé que contient ce PDF est le document désigné par le lien.",
    ],
    receipt_same: [
        "The receipt beside it names this file; its proof is not checked here. Next step: run passavant verify FILE",
        "Le reçu qui l'accompagne désigne ce fichier ; sa preuve n'est pas vérifiée ici. À faire : lancez passavant verify FICHIER",
    ],
    receipt_other: [
        "The receipt beside it names another document.",
        "Le reçu qui l'accompagne désigne un autre document.",
    ],
    receipt_bad: [
        "The receipt beside it cannot be read and was set aside.",
        "Le reçu qui l'accompagne est illisible et a été écarté.",
    ],

    receipt_inside: [
        "The receipt beside it names the sealed original inside this PDF; its proof is not checked here. Next step: run passavant verify FILE",
        "Le reçu qui l'accompagne désigne l'original scellé que contient ce PDF ; sa preuve n'est pas vérifiée ici. À faire : lancez passavant verify FICHIER",
    ],

    // A PDF with its receipt inside
    inside_found: [
        "What was found is the sealed original inside this PDF, without the receipt attached to it. This page does not check that the PDF shows that original and nothing else. Next step: run passavant verify FILE",
        "Ce qui a été trouvé est l'original scellé que contient ce PDF, sans le reçu qui y est joint. Cette page ne vérifie pas que le PDF montre cet original et rien d'autre. À faire : lancez passavant verify FICHIER",
    ],
    inside_unregistered: [
        "A receipt is attached to this PDF. The original before it was looked up too, and is not registered either.",
        "Un reçu est joint à ce PDF. L'original qui le précède a été recherché lui aussi, et n'est pas enregistré non plus.",
    ],
    inside_changed: [
        "This PDF was changed after a receipt was attached to it. Next step: ask the sender for the PDF as the issuer gave it; do not rely on what this one shows.",
        "Ce PDF a été modifié après l'ajout d'un reçu. À faire : demandez à l'expéditeur le PDF tel que l'émetteur l'a remis ; ne vous fiez pas à ce que celui-ci montre.",
    ],
    of_inside: ["{name} of the sealed original", "{name} de l'original scellé"],

    // What can go wrong
    problem_changed: [
        "The file was changed or moved while it was read. Next step: let the other program finish, then drop it again.",
        "Le fichier a été modifié ou déplacé pendant la lecture. À faire : laissez l'autre programme terminer, puis déposez-le de nouveau.",
    ],
    problem_unreadable: [
        "The file cannot be read: it was changed or moved after it was chosen, or this browser may not open it. Next step: drop it again, or copy it to this device first.",
        "Le fichier ne peut pas être lu : il a été modifié ou déplacé après avoir été choisi, ou ce navigateur n'a pas le droit de l'ouvrir. À faire : déposez-le de nouveau, ou copiez-le d'abord sur cet appareil.",
    ],
    problem_folder: [
        "This is a folder. Next step: open it and drop the files in it.",
        "Ceci est un dossier. À faire : ouvrez-le et déposez les fichiers qu'il contient.",
    ],
    problem_receipt_alone: [
        "This is a receipt without its file. Next step: drop it together with {name}.",
        "Ceci est un reçu sans son fichier. À faire : déposez-le avec {name}.",
    ],
    problem_unsupported: [
        "This browser cannot compute the digest (WebAssembly or workers are off). Next step: update it, or run: passavant verify FILE",
        "Ce navigateur ne peut pas calculer l'empreinte (WebAssembly ou les workers sont désactivés). À faire : mettez-le à jour, ou lancez : passavant verify FICHIER",
    ],
    problem_unreachable: [
        "The log cannot be reached. Next step: check your connection, then try again.",
        "Le journal est injoignable. À faire : vérifiez votre connexion, puis réessayez.",
    ],
    problem_answer: [
        "The log gave an answer that this page cannot read. Next step: reload the page; if it happens again, tell whoever runs the log.",
        "Le journal a donné une réponse que cette page ne sait pas lire. À faire : rechargez la page ; si cela se reproduit, prévenez l'exploitant du journal.",
    ],
    problem_refused: [
        "The log refused to answer (HTTP {status}). Next step: try again later.",
        "Le journal a refusé de répondre (HTTP {status}). À faire : réessayez plus tard.",
    ],
    problem_said: ["The log says: {got}. {next}", "Le journal répond : {got}. {next}"],
    retry: ["Ask the log again", "Consulter de nouveau le journal"],
} as const satisfies Record<string, readonly [string, string]>;

export type Key = keyof typeof TEXTS;
