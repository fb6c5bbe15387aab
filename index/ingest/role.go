package ingest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/tema-qda/tema/codebook/diag"
)

// Role proposes whom a label stands for: diag.Interviewer, diag.Other (several people at once, a break, an
// interpreter), diag.Unknown (nobody knows who spoke), or "" for a participant. Generic says that the label is no
// name but a number, a letter or a word such as "Respondent", so that the same label in another file may be another
// person. It is a proposal: `I` may be Ingrid.
func Role(label string) (role string, generic bool) {
	role, generic, _ = classify(label)
	return role, generic
}

// classify is Role, and says whether the label is one that is known for a speaker's, which a heading or the first
// words of a sentence are not.
func classify(label string) (role string, generic, known bool) {
	folded := foldLabel(label)
	if folded == "" {
		return diag.Unknown, true, false
	}
	if role, ok := roles[folded]; ok {
		return role, true, true
	}
	if !strings.ContainsFunc(folded, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return diag.Unknown, true, strings.Trim(folded, "?") == "" // "?", "??"
	}
	// Several at once, as transcribers write it for focus groups: P1/P3, P1+P2.
	if parts := strings.FieldsFunc(folded, func(r rune) bool { return r == '/' || r == '+' || r == '&' }); len(parts) > 1 {
		interviewers, knowns := 0, 0
		for _, p := range parts {
			role, _, known := classify(p)
			if role == diag.Interviewer {
				interviewers++
			}
			if known {
				knowns++
			}
		}
		if interviewers == len(parts) {
			return diag.Interviewer, true, true
		}
		if knowns == len(parts) {
			return diag.Unknown, true, true
		}
	}
	if base, ok := strings.CutSuffix(folded, "?"); ok { // P2?: probably, but nobody is sure
		_, generic, known := classify(strings.TrimRight(base, "?"))
		return diag.Unknown, generic, known
	}
	// A word for a role with a number or letter: Interviewer 2, Mod1, SPEAKER_00, Respondent A, Participant #3.
	word, number := numbered(folded)
	if role, ok := roles[word]; ok && number != "" {
		return role, true, true
	}
	// A role in brackets after a name, or a long word for one before it: "Jonas Rosland (Interviewer)", "Moderator Anna".
	if open := strings.IndexAny(folded, "([|,-"); open > 0 {
		for _, part := range []string{folded[:open], folded[open:]} {
			part = strings.Trim(part, "()[]|,- ")
			if w, n := numbered(part); n != "" {
				part = w
			}
			if role, ok := roles[part]; ok && len(part) > 3 && role == diag.Interviewer {
				return role, false, true
			}
		}
	}
	if first, _, ok := strings.Cut(folded, " "); ok && len(first) > 4 {
		if role, ok := roles[first]; ok && role == diag.Interviewer {
			return role, false, true
		}
	}
	if number != "" {
		// P1, B2, S01, F3, TN12, id1: a code. A longer word with a number (Teacher 2) is generic, but might be a heading.
		return "", true, utf8.RuneCountInString(word) <= 3 && unicode.IsDigit(rune(number[0]))
	}
	return "", utf8.RuneCountInString(folded) == 1, utf8.RuneCountInString(folded) == 1
}

// numbered cuts a label such as "p 1", "speaker_00", "participant #3" or "respondent a" into its word and number. A
// letter counts as a number only after a word of more than three letters that names a role.
func numbered(folded string) (word, number string) {
	word = strings.TrimRight(folded, "0123456789")
	number = folded[len(word):]
	if number == "" {
		if n := len(folded); n > 5 && folded[n-2] == ' ' && folded[n-1] >= 'a' && folded[n-1] <= 'z' {
			if _, ok := roles[folded[:n-2]]; ok {
				return folded[:n-2], folded[n-1:]
			}
		}
		return folded, ""
	}
	word = strings.TrimRight(word, " _-.#n°º")
	if rest := folded[:len(folded)-len(number)]; word == "" || strings.TrimRight(rest, " _-.#") == "n" {
		word = strings.TrimRight(rest, " _-.#") // N1: the letter is all there is
	}
	return word, number
}

// foldLabel makes a label comparable: NFC, lower case, one space between words, no brackets, dots or marks around it.
func foldLabel(label string) string {
	s := strings.ToLower(norm.NFC.String(label))
	s = strings.Trim(s, " \t.:*_<>«»\"'")
	for _, pair := range []string{"()", "[]", "{}"} {
		if len(s) > 2 && s[0] == pair[0] && s[len(s)-1] == pair[1] && !strings.ContainsAny(s[1:len(s)-1], pair) {
			s = s[1 : len(s)-1]
		}
	}
	return strings.Join(strings.Fields(s), " ")
}

// roles are the words that transcripts use for a speaker, in the form of foldLabel.
var roles = func() map[string]string {
	m := map[string]string{}
	for role, words := range map[string]string{
		diag.Interviewer: `i, int, intv, intvw, interv, interviewer, interviewers, interviewerin, interviewer(in), interviewer/in, interviewende,
			interviewende person, interviewing person, mod, moderator, moderators, moderatorin, co-moderator, comoderator, modératrice, modérateur,
			moderateur, moderador, moderadora, moderatore, moderatrice, moderaattori, q, qu, question, questioner, facilitator, facilitators,
			co-facilitator, facilitateur, facilitatrice, facilitador, facilitadora, facilitatore, fasilitator, researcher, res, host, co-host, cohost,
			forsker, forskeren, forskar, forskaren, forscher, forscherin, chercheur, chercheuse, investigador, investigadora, investigator,
			pesquisador, pesquisadora, ricercatore, ricercatrice, onderzoeker, tutkija, badacz, badaczka, intervjuer, intervjueren, intervjuar,
			intervjuare, intervjuaren, interviewaren, intervieweren, interviewster, spørger, intervieware, ordstyrer, møteleder, spyrill,
			intervieweur, intervieweuse, intervieweur, enquêteur, enquêtrice, enqueteur, enqueteuse, enquêteuse, animateur, animatrice, question(s),
			entrevistador, entrevistadora, entrevistador/a, entrevistador(a), encuestador, encuestadora, pregunta, pergunta, domanda, frage, vraag,
			spørsmål, fråga, spørgsmål, intervistatore, intervistatrice, haastattelija, kysyjä, ankieter, ankieterka, wywiadowca, prowadzący,
			prowadząca, moderatorka, tazatel, tazatelka, interviewerka, kérdező, operator wywiadu, görüşmeci, araştırmacı, moderatör, intervievator,
			интервьюер, модератор, исследователь, ведущий, ведущая, вопрос, інтервʼюер, інтерв'юер, 采访者, 采訪者, 访谈者, 訪談者, 访问者, 主持人,
			研究者, 研究员, インタビュアー, 聞き手, 司会, 司会者, 調査者, 면접자, 인터뷰어, 연구자, 진행자, المحاور, الباحث, المقابل, מראיין, מראיינת, ผู้สัมภาษณ์,
			người phỏng vấn, pewawancara, peneliti`,
		diag.Other: `all, all speakers, everyone, everybody, several, several speakers, several voices, multiple, multiple speakers, multiple voices, many,
			group, together, both, crowd, chorus, audience, audience member, alle, alle sammen, flere, flere stemmer, mange, begge, publikum, mehrere,
			mehrere personen, gruppe, beide, publikum, tous, toutes, plusieurs, plusieurs personnes, ensemble, groupe, public, todos, todas, varios,
			varias, ambos, ambas, público, vários, várias, tutti, tutte, diversi, entrambi, pubblico, allen, iedereen, meerdere, kaikki, useita,
			wszyscy, kilka osób, všichni, alla, flera, många, все, несколько, 全员, 大家, 所有人, 全員, 複数, 모두, 전체,
			break, pause, interval, intermission, intro, outro, music, theme music, sound, sounds, sound effect, noise, jingle, ad, ads, advert,
			advertisement, commercial, sponsor, announcer, recording, tape, video, radio, tv, phone, telephone, baby, dog, pausa, pauze, musik, musikk,
			musique, música, musica,
			interpreter, translator, tolk, tolken, dolmetscher, dolmetscherin, übersetzer, übersetzerin, interprète, traducteur, traductrice,
			intérprete, traductor, traductora, tradutor, tradutora, interprete, traduttore, traduttrice, tulkki, tłumacz, tłumaczka, переводчик,
			翻译, 通訳, 통역, observer, observers, observatør, beobachter, beobachterin, observateur, observador, observadora, note taker, notetaker,
			note-taker, transcriber, transcriptionist, transcriber's note, transcriber’s note, transkribent`,
		diag.Unknown: `unknown, unknown speaker, unknown speakers, unknown voice, unknown person, unknown male, unknown female, unknown participant,
			unidentified, unidentified speaker, unidentified male, unidentified female, unidentified participant, unidentified person, unclear,
			speaker undefined, undefined, undefined speaker, no speaker, no name, inaudible, ukjent, ukjent taler, ukendt, okänd, okänd talare,
			unbekannt, unbekannte person, unbekannter sprecher, unbekannte sprecherin, inconnu, inconnue, locuteur inconnu, desconocido,
			desconocida, hablante desconocido, desconhecido, desconhecida, falante desconhecido, sconosciuto, sconosciuta, onbekend,
			onbekende spreker, tuntematon, nieznany, nieznany mówca, neznámý, неизвестный, неизвестно, 未知, 不明, 알 수 없음, p?, s?, b?, m?, f?, speaker ?,
			participant ?, respondent ?, ??`,
		"": `p, pa, part, participant, participants, speaker, spk, spkr, sp, respondent, resp, r, interviewee, interviewees, iv, ie, informant, inf,
			subject, patient, client, caller, guest, person, a, ans, answer, male, female, man, woman, male voice, female voice, male speaker,
			female speaker, male participant, female participant, deltaker, deltakeren, deltager, deltageren, deltagare, deltagaren, taler, talare,
			intervjuperson, intervjuobjekt, intervjuede, interviewede, interviewperson, ip, io, kandidat, kilde, svar, b, befragte, befragter,
			befragte person, befragte(r), interviewte, interviewter, interviewpartner, interviewpartnerin, teilnehmer, teilnehmerin,
			teilnehmende, tn, proband, probandin, sprecher, sprecherin, experte, expertin, antwort, participante, répondant, répondante,
			interviewé, interviewée, enquêté, enquêtée, locuteur, locutrice, informateur, informatrice, réponse, entrevistado, entrevistada,
			entrevistado/a, participante, informante, hablante, encuestado, encuestada, respuesta, falante, respondente, resposta, intervistato,
			intervistata, partecipante, parlante, rispondente, risposta, deelnemer, deelneemster, geïnterviewde, spreker, antwoord, haastateltava,
			osallistuja, puhuja, uczestnik, uczestniczka, rozmówca, rozmówczyni, badany, badana, respondentka, mówca, účastník, účastnice,
			informátor, mluvčí, респондент, респондентка, участник, участница, информант, ответ, говорящий, 受访者, 受訪者, 参与者, 被访者, 说话人, 回答者,
			参加者, 話者, 発話者, 参加者, 참여자, 응답자, 화자, 참가자, المشارك, المستجيب, מרואיין, מרואיינת`,
	} {
		for _, w := range strings.Split(words, ",") {
			m[strings.Join(strings.Fields(w), " ")] = role
		}
	}
	return m
}()
