package carriertest

import "net/http"

func (s *Simulator) serveSetScript(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	var rows []Row
	if bad := readJSON(r, &rows); bad != nil {
		bad.write(w)
		return
	}
	if err := s.script.replace(rows); err != nil {
		refuse(http.StatusBadRequest, "invalid_script", "The script was not taken: "+err.Error()+".").write(w)
		return
	}
	writeJSON(w, http.StatusOK, s.script.rest())
}

func (s *Simulator) serveScript(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, s.script.rest())
}

func (s *Simulator) serveCalls(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, s.journal.all())
}

func (s *Simulator) serveForgetCalls(w http.ResponseWriter, _ *http.Request) {
	s.journal.forget()
	w.WriteHeader(http.StatusNoContent)
}

func (s *Simulator) serveRegistrations(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, s.registry.all())
}
