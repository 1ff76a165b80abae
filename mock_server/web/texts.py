"""What the pages say, in each language. A text that one language lacks cannot be constructed."""

from collections.abc import Mapping
from dataclasses import dataclass

from mock_server.domain.forms import ErrorCode
from mock_server.domain.languages import language_of
from mock_server.domain.logins import Challenge


@dataclass(frozen=True, slots=True)
class Texts:
    """One language. `{…}` is filled in by the template; problems are (title, text) by HTTP status."""

    language: str
    product: str
    notice: str
    steps: tuple[str, ...]
    progress: str
    cancel: str
    change_bank: str
    bank_code: str
    optional: str
    mock_logins: str
    with_sca: str
    without_sca: str
    with_securities: str
    mock_tan: str
    search_title: str
    search_text: str
    search_label: str
    search_submit: str
    search_suggested: str
    search_found_one: str
    search_found: str
    search_found_none: str
    search_more_one: str
    search_more: str
    login_title: str
    login_text: str
    login_submit: str
    redirect_title: str
    redirect_text: str
    redirect_go: str
    sca_method_title: str
    sca_method_text: str
    sca_method_submit: str
    sca_methods: Mapping[Challenge, str]
    challenge_title: str
    challenges: Mapping[Challenge, str]
    challenge_picture: str
    tan: str
    tan_submit: str
    decoupled_title: str
    decoupled_text: str
    decoupled_stand_in: str
    decoupled_confirm: str
    decoupled_refuse: str
    bank_login_title: str
    bank_login_text: str
    bank_login_submit: str
    bank_login_cancel: str
    accounts_title: str
    overview_title: str
    download_title: str
    summary_title: str
    partial_title: str
    returned_title: str
    returned_text: str
    completed_title: str
    completed_text: str
    go_on: str
    close: str
    error_title: str
    error_code: str
    reasons: Mapping[ErrorCode, str]
    aborted_title: str
    aborted_text: str
    expired_title: str
    expired_text: str
    go_back: str
    support: str
    back_to_form: str
    problems: Mapping[int, tuple[str, str]]


GERMAN = Texts(
    language="de",
    product="Bankverbindung",
    notice="Dies ist finapi-mock, ein Ersatz für Tests und keine echte Bank. Geben Sie keine echten Zugangsdaten ein.",
    steps=("Bank", "Anmelden", "Bestätigen", "Fertig"),
    progress="Fortschritt",
    cancel="Abbrechen",
    change_bank="Andere Bank wählen",
    bank_code="BLZ",
    optional="freiwillig",
    mock_logins="Zugangsdaten für Tests",
    with_sca="mit Bestätigung in zwei Schritten",
    without_sca="ohne Bestätigung",
    with_securities="mit Wertpapierdepot",
    mock_tan="TAN für Tests",
    search_title="Welche Bank möchten Sie verbinden?",
    search_text="Suchen Sie nach Name, Ort, Bankleitzahl, BIC oder IBAN.",
    search_label="Bank suchen",
    search_submit="Suchen",
    search_suggested="Häufig gewählt",
    search_found_one="1 Bank gefunden",
    search_found="{count} Banken gefunden",
    search_found_none="Keine Bank gefunden. Versuchen Sie es mit einem Teil des Namens oder mit der Bankleitzahl.",
    search_more_one="Eine weitere Bank passt zu Ihrer Suche. Geben Sie mehr ein, um sie einzugrenzen.",
    search_more="{count} weitere Banken passen zu Ihrer Suche. Geben Sie mehr ein, um sie einzugrenzen.",
    login_title="Bei Ihrer Bank anmelden",
    login_text="Melden Sie sich mit den Zugangsdaten Ihres Onlinebankings an.",
    login_submit="Anmelden",
    redirect_title="Weiter zu Ihrer Bank",
    redirect_text="Sie melden sich auf der Seite Ihrer Bank an. Danach kommen Sie von selbst hierher zurück.",
    redirect_go="Zur Seite der Bank",
    sca_method_title="Wie möchten Sie bestätigen?",
    sca_method_text="Ihre Bank braucht eine Bestätigung. Wählen Sie das Verfahren.",
    sca_method_submit="Weiter",
    sca_methods={
        Challenge.TEXT: "Sie erhalten eine TAN auf Ihr Telefon.",
        Challenge.FLICKER_CODE: "Sie berechnen die TAN mit Karte und TAN-Generator.",
        Challenge.PHOTO: "Sie lesen ein Bild mit dem TAN-Generator ein.",
        Challenge.DECOUPLED: "Sie geben den Zugriff in der App Ihrer Bank frei.",
    },
    challenge_title="TAN eingeben",
    challenges={
        Challenge.TEXT: "Ihre Bank hat Ihnen eine TAN auf Ihr Telefon geschickt.",
        Challenge.FLICKER_CODE: "Stecken Sie Ihre Karte in den TAN-Generator und geben Sie den Startcode 29088810 ein. "
        "Das Gerät zeigt Ihnen dann die TAN.",
        Challenge.PHOTO: "Lesen Sie das Bild mit Ihrem TAN-Generator ein. Das Gerät zeigt Ihnen dann die TAN.",
        Challenge.DECOUPLED: "",
    },
    challenge_picture="Bild für den TAN-Generator",
    tan="TAN",
    tan_submit="Bestätigen",
    decoupled_title="In der App bestätigen",
    decoupled_text="Ihre Bank wartet auf die Freigabe. Öffnen Sie die App Ihrer Bank und bestätigen Sie den Zugriff.",
    decoupled_stand_in="Diese Tasten vertreten die App",
    decoupled_confirm="In der App bestätigen",
    decoupled_refuse="In der App ablehnen",
    bank_login_title="Anmeldung zum Onlinebanking",
    bank_login_text="Melden Sie sich an, um den Zugriff auf Ihre Konten zu erlauben.",
    bank_login_submit="Anmelden und erlauben",
    bank_login_cancel="Abbrechen",
    accounts_title="accounts_title",
    overview_title="overview_title",
    download_title="download_title",
    summary_title="summary_title",
    partial_title="partial_title",
    returned_title="returned_title",
    returned_text="returned_text",
    completed_title="Ihre Bank ist verbunden",
    completed_text="Alles hat geklappt. Ihre Konten stehen jetzt zur Verfügung.",
    go_on="Weiter",
    close="Sie können dieses Fenster schließen.",
    error_title="Die Verbindung ist gescheitert",
    error_code="Fehlercode",
    reasons={
        ErrorCode.ENTITY_EXISTS: "Diese Bankverbindung besteht schon.",
        ErrorCode.BANK_SERVER_REJECTION: "Ihre Bank hat die Anfrage abgelehnt. Bitte prüfen Sie Ihre Angaben.",
        ErrorCode.INTERRUPTED: "Der Vorgang wurde unterbrochen.",
        ErrorCode.INVALID_TOKEN: "Ihre Sitzung ist abgelaufen.",
        ErrorCode.MANDATOR_MISCONFIGURATION: "Dieser Dienst ist für den Vorgang nicht eingerichtet.",
        ErrorCode.NO_ACCOUNTS_FOR_TYPE_LIST: "Bei Ihrer Bank gibt es kein Konto der gewünschten Art.",
        ErrorCode.UNDETERMINED_BANK: "Ihre Bank ließ sich nicht eindeutig bestimmen.",
        ErrorCode.UNEXPECTED_ACCESS_RESPONSE: "Eine Antwort war anders als erwartet.",
        ErrorCode.UNSUPPORTED_FEATURE: "Ihre Bank bietet das Gewünschte nicht an.",
        ErrorCode.UNSUPPORTED_ORDER: "Das Konto erlaubt diesen Auftrag nicht.",
        ErrorCode.INTERNAL_ERROR: "Es ist ein unerwarteter Fehler aufgetreten.",
    },
    aborted_title="Abgebrochen",
    aborted_text="Sie haben den Vorgang abgebrochen. Es wurde nichts verbunden.",
    expired_title="Die Zeit ist abgelaufen",
    expired_text="Dieses Formular gilt nicht mehr. Bitte beginnen Sie in Ihrer Anwendung von vorn.",
    go_back="Zurück zur Anwendung",
    support="Hilfe anfordern",
    back_to_form="Zurück zum Formular",
    problems={
        403: (
            "Das hat nicht geklappt",
            "Diese Eingabe gehört nicht zu dem Formular, das gerade offen ist. Es ist nichts geschehen.",
        ),
        404: ("Seite nicht gefunden", "Dieses Formular gibt es nicht. Bitte prüfen Sie die Adresse."),
        409: (
            "Schon geöffnet",
            "Dieses Formular wurde schon geöffnet. Das geht nur einmal und nur in einem Browser.",
        ),
        413: ("Zu viele Daten", "Die Eingabe ist zu groß. Es ist nichts geschehen."),
        500: (
            "Unerwarteter Fehler",
            "Es ist ein unerwarteter Fehler aufgetreten. Näheres steht im Protokoll von finapi-mock.",
        ),
    },
)

ENGLISH = Texts(
    language="en",
    product="Bank connection",
    notice="This is finapi-mock, a stand-in for tests and no real bank. Do not enter real credentials.",
    steps=("Bank", "Log in", "Confirm", "Done"),
    progress="Progress",
    cancel="Cancel",
    change_bank="Choose another bank",
    bank_code="Bank code",
    optional="optional",
    mock_logins="Credentials for tests",
    with_sca="with confirmation in two steps",
    without_sca="without confirmation",
    with_securities="with a security account",
    mock_tan="TAN for tests",
    search_title="Which bank would you like to connect?",
    search_text="Search by name, city, bank code, BIC or IBAN.",
    search_label="Search for a bank",
    search_submit="Search",
    search_suggested="Often chosen",
    search_found_one="1 bank found",
    search_found="{count} banks found",
    search_found_none="No bank found. Try a part of its name or its bank code.",
    search_more_one="One more bank matches your search. Type more to narrow it down.",
    search_more="{count} more banks match your search. Type more to narrow it down.",
    login_title="Log in to your bank",
    login_text="Log in with the credentials of your online banking.",
    login_submit="Log in",
    redirect_title="Continue at your bank",
    redirect_text="You log in on your bank's own page. It leads you back here afterwards.",
    redirect_go="Go to the bank's page",
    sca_method_title="How would you like to confirm?",
    sca_method_text="Your bank needs a confirmation. Choose the procedure.",
    sca_method_submit="Continue",
    sca_methods={
        Challenge.TEXT: "You receive a TAN on your phone.",
        Challenge.FLICKER_CODE: "You compute the TAN with your card and the TAN generator.",
        Challenge.PHOTO: "You scan a picture with the TAN generator.",
        Challenge.DECOUPLED: "You allow the access in your bank's app.",
    },
    challenge_title="Enter the TAN",
    challenges={
        Challenge.TEXT: "Your bank has sent a TAN to your phone.",
        Challenge.FLICKER_CODE: "Put your card into the TAN generator and enter the start code 29088810. "
        "The device then shows you the TAN.",
        Challenge.PHOTO: "Scan the picture with your TAN generator. The device then shows you the TAN.",
        Challenge.DECOUPLED: "",
    },
    challenge_picture="Picture for the TAN generator",
    tan="TAN",
    tan_submit="Confirm",
    decoupled_title="Confirm in the app",
    decoupled_text="Your bank is waiting for your approval. Open your bank's app and confirm the access.",
    decoupled_stand_in="These buttons stand in for the app",
    decoupled_confirm="Confirm in the app",
    decoupled_refuse="Refuse in the app",
    bank_login_title="Online banking login",
    bank_login_text="Log in to allow access to your accounts.",
    bank_login_submit="Log in and allow",
    bank_login_cancel="Cancel",
    accounts_title="accounts_title",
    overview_title="overview_title",
    download_title="download_title",
    summary_title="summary_title",
    partial_title="partial_title",
    returned_title="returned_title",
    returned_text="returned_text",
    completed_title="Your bank is connected",
    completed_text="Everything went well. Your accounts are available now.",
    go_on="Continue",
    close="You may close this window.",
    error_title="The connection has failed",
    error_code="Error code",
    reasons={
        ErrorCode.ENTITY_EXISTS: "This bank connection exists already.",
        ErrorCode.BANK_SERVER_REJECTION: "Your bank has refused the request. Please check what you have entered.",
        ErrorCode.INTERRUPTED: "You were interrupted.",
        ErrorCode.INVALID_TOKEN: "Your session has ended.",
        ErrorCode.MANDATOR_MISCONFIGURATION: "This service is not set up for what was asked.",
        ErrorCode.NO_ACCOUNTS_FOR_TYPE_LIST: "Your bank has no account of the requested kind.",
        ErrorCode.UNDETERMINED_BANK: "Your bank could not be determined.",
        ErrorCode.UNEXPECTED_ACCESS_RESPONSE: "An answer was not as expected.",
        ErrorCode.UNSUPPORTED_FEATURE: "Your bank does not offer what was asked for.",
        ErrorCode.UNSUPPORTED_ORDER: "The account does not allow this order.",
        ErrorCode.INTERNAL_ERROR: "Something unexpected has gone wrong.",
    },
    aborted_title="Cancelled",
    aborted_text="You have cancelled. Nothing was connected.",
    expired_title="The time is up",
    expired_text="This form is no longer valid. Please start again in your application.",
    go_back="Back to the application",
    support="Get help",
    back_to_form="Back to the form",
    problems={
        403: ("That did not work", "This input does not belong to the form that is open. Nothing has happened."),
        404: ("Page not found", "There is no such form. Please check the address."),
        409: (
            "Already opened",
            "This form has been opened already. A form can be opened once only, and in one browser only.",
        ),
        413: ("Too much data", "The input is too large. Nothing has happened."),
        500: ("Unexpected error", "Something unexpected has gone wrong. The log of finapi-mock tells more."),
    },
)

LANGUAGES: Mapping[str, Texts] = {texts.language: texts for texts in (GERMAN, ENGLISH)}


def for_reader(accept_language: str) -> Texts:
    """The language that an `Accept-Language` header likes best of those there are; German if it likes none."""
    return LANGUAGES[language_of(accept_language, LANGUAGES)]
